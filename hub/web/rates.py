"""How often a person may ask for what is costly; counted in memory or where all web processes can see it."""

import math
import time

import limits
from flask import Flask, current_app, request
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from hub.web.wiring import signed_in


def install_rates(app: Flask, *, storage: str) -> None:
    """Give the application its counters; `storage` as HUB_RATE_STORAGE names it."""
    app.extensions["rates"] = FixedWindowRateLimiter(storage_from_string(storage))


def count(act: str, rate: str) -> None:
    """Count an act of the person who is signed in against a rate such as "20 per hour".

    Raises:
        TooManyRequests: it was done too often; the answer tells when it may be done again.

    """
    _count(act, rate, signed_in().account_id.hex)


def count_address(act: str, rate: str) -> None:
    """Count an act on a public page, by the network address that it comes from.

    Raises:
        TooManyRequests: it was done too often; the answer tells when it may be done again.

    """
    _count(act, rate, request.remote_addr or "")


def _count(act: str, rate: str, who: str) -> None:
    counts: FixedWindowRateLimiter = current_app.extensions["rates"]
    item = limits.parse(rate)
    if not counts.hit(item, act, who):
        ends = counts.get_window_stats(item, act, who).reset_time
        raise TooManyRequests(retry_after=max(1, math.ceil(ends - time.time())))
