"""How often a client may ask: counted for each credential; refusals for each address, by themselves.

So whoever guesses tokens locks nobody out: a token that is right is served whatever its address has done.
"""

import math
import threading
import time
import uuid
from collections import Counter

import limits
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

IN_MEMORY = "memory://"
Key = tuple[str, str]


class Rate:
    """Counts requests in windows of fixed length, in memory or where all web processes can see it."""

    def __init__(self, text: str, *, storage: str) -> None:
        rate = limits.parse(text)
        self._counts = _Process(rate) if storage == IN_MEMORY else _Shared(rate, storage)

    def client(self, client_id: uuid.UUID) -> None:
        """Count a request of a client.

        Raises:
            TooManyRequests: it has asked too often; the answer tells when it may ask again.

        """
        self._count(("client", client_id.hex))

    def refused(self, address: str | None) -> None:
        """Count a request that is refused.

        Raises:
            TooManyRequests: the address was refused too often.

        """
        self._count(("refused", address or "nowhere"))

    def _count(self, key: Key) -> None:
        ends = self._counts.full_until(key)
        if ends is not None:
            raise TooManyRequests(retry_after=max(1, math.ceil(ends - time.time())))


class _Process:
    """Counts of this process; the library's own would start a thread at every few requests."""

    def __init__(self, rate: limits.RateLimitItem) -> None:
        self._most, self._length = rate.amount, rate.get_expiry()
        self._ends, self._counts = 0.0, Counter[Key]()
        self._lock = threading.Lock()

    def full_until(self, key: Key) -> float | None:
        """Count a request; return when the window ends if it was one too many."""
        now = time.time()
        with self._lock:
            if now >= self._ends:
                self._ends, self._counts = (now // self._length + 1) * self._length, Counter()
            self._counts[key] += 1
            return self._ends if self._counts[key] > self._most else None


class _Shared:
    """Counts that every web process sees."""

    def __init__(self, rate: limits.RateLimitItem, storage: str) -> None:
        self._rate, self._counts = rate, FixedWindowRateLimiter(storage_from_string(storage))

    def full_until(self, key: Key) -> float | None:
        """Count a request; return when the window ends if it was one too many."""
        if self._counts.hit(self._rate, *key):
            return None
        return float(self._counts.get_window_stats(self._rate, *key).reset_time)
