"""How often a client may ask: counted for each credential; refusals for each address, by themselves.

So whoever guesses tokens locks nobody out: a token that is right is served whatever its address has done.
"""

import math
import time
import uuid

import limits
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests


class Rate:
    """Counts requests in windows of fixed length, in memory or where all web processes can see it."""

    def __init__(self, text: str, *, storage: str) -> None:
        self._item = limits.parse(text)
        self._counts = FixedWindowRateLimiter(storage_from_string(storage))

    def client(self, client_id: uuid.UUID) -> None:
        """Count a request of a client.

        Raises:
            TooManyRequests: it has asked too often; the answer tells when it may ask again.

        """
        self._count("client", client_id.hex)

    def refused(self, address: str | None) -> None:
        """Count a request that is refused.

        Raises:
            TooManyRequests: the address was refused too often.

        """
        self._count("refused", address or "nowhere")

    def _count(self, *key: str) -> None:
        if not self._counts.hit(self._item, *key):
            ends = self._counts.get_window_stats(self._item, *key).reset_time
            raise TooManyRequests(retry_after=max(1, math.ceil(ends - time.time())))
