"""What sealing costs against the least that the same protection costs; `make bench-seal`.

The limit signs each message with Ed25519, agrees on a key with X25519 (a new pair for each message, the
recipient's key read from its bytes) and encrypts with AES-256-GCM, all in this process. The product is
`keys.sealing.seal`: GnuPG, a process for each message. Both seal the same messages in turns, so that a
busy machine slows both; each figure is the median of its rounds.
"""

import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feeds.delivery.signing import signer_of
from keys.gate import Certificate, inspect
from keys.refusals import CertificateRefusedError
from keys.sealing import Signer, seal
from tests.bench.poison import POISON
from tests.bench.report import Figure, conclude
from tests.bench.side_by_side import failures_while_written
from tests.keys.workshop import GPG, Workshop, workshop
from tests.support.delivery import seat

KB = 1000
SIZES = (5 * KB, 100 * KB)
MESSAGES = (1, 14, 100, 1000)
DISTINCT = 20  # recipients, who take turns: what one costs does not depend on the others
TURN = 20  # messages at most until it is the other's turn; short, since a processor's pace changes
FEWEST, ENOUGH = 3, 1000  # rounds; messages that a figure stands on where its rounds are short
CORES = os.cpu_count() or 1
ONE_PROCESS, TWO_CORES, TENFOLD, REFUSAL = 50, 30, 12, 100  # the targets; the last in milliseconds

Seal = Callable[[bytes, int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """The limit and the product, each a function of a message and its recipient's number."""

    limit: Seal
    product: Seal

    def times(self, messages: int, size: int, *, threads: int) -> tuple[float, float]:
        """Return the median seconds of limit and product for so many messages; the limit has one thread."""
        parts = [TURN] * (messages // TURN) or [messages]
        rounds = [
            self._round(parts, os.urandom(size), threads)
            for _ in range(max(FEWEST, min(60, ENOUGH // messages)))
        ]
        return median(limit for limit, _ in rounds), median(product for _, product in rounds)

    def _round(self, parts: Sequence[int], message: bytes, threads: int) -> tuple[float, float]:
        limit = product = 0.0
        for part in parts:
            limit += _seconds(self.limit, message, part, threads=1)
            product += _seconds(self.product, message, part, threads=threads)
        return limit, product


def _seconds(seal_one: Seal, message: bytes, number: int, *, threads: int) -> float:
    with ThreadPoolExecutor(threads) as pool:
        begun = time.perf_counter()
        if threads == 1:
            for place in range(number):
                seal_one(message, place)
        else:
            list(pool.map(seal_one, itertools.repeat(message), range(number)))
        return time.perf_counter() - begun


def least() -> Seal:
    """Return the limit."""
    signing = Ed25519PrivateKey.generate()
    recipients = [X25519PrivateKey.generate().public_key().public_bytes_raw() for _ in range(DISTINCT)]

    def seal_one(message: bytes, place: int) -> bytes:
        own = X25519PrivateKey.generate()
        agreed = own.exchange(X25519PublicKey.from_public_bytes(recipients[place % DISTINCT]))
        key = HKDF(SHA256(), length=32, salt=None, info=b"bench").derive(agreed)
        nonce = os.urandom(12)
        body = AESGCM(key).encrypt(nonce, signing.sign(message) + message, None)
        return own.public_key().public_bytes_raw() + nonce + body

    return seal_one


def ours(signer: Signer, certificates: Sequence[Certificate]) -> Seal:
    """Return the product."""

    def seal_one(message: bytes, place: int) -> bytes:
        certificate = certificates[place % len(certificates)]
        return seal(message, certificate=certificate, signer=signer, now=datetime.now(UTC))

    return seal_one


def speeds(contest: Contest) -> list[Figure]:
    """Compare every number of recipients and size, in one thread and on all cores."""
    figures, seconds = [], {}
    for size, messages, threads in itertools.product(SIZES, MESSAGES, sorted({1, CORES})):
        limit, product = contest.times(messages, size, threads=threads)
        seconds[size, messages, threads] = product
        what = f"{messages} to be sealed, {size // KB} KB, {threads} at a time"
        figures.append(Figure(what=what, seen=product / limit, target=_target(size, messages, threads)))
    for size in SIZES:
        growth = seconds[size, 1000, 1] / seconds[size, 100, 1]
        figures.append(
            Figure(what=f"1000 to be sealed against 100, {size // KB} KB", seen=growth, target=TENFOLD)
        )
    each = seconds[SIZES[0], 1000, CORES]  # seconds for a thousand: milliseconds for one
    figures.append(Figure(what=f"one sealing of 5 KB, {CORES} at a time", seen=each, unit="ms"))
    return figures


def _target(size: int, messages: int, threads: int) -> float | None:
    if size != SIZES[0]:
        return None
    if threads == 1:
        return ONE_PROCESS
    return TWO_CORES if messages >= threads else None


def first_sealing(signer: Signer, fresh: Sequence[Certificate]) -> Figure:
    """Measure the first sealing of a process to a certificate against the second."""
    product, message = ours(signer, fresh), os.urandom(SIZES[0])
    first, second = ([_took(product, message, place) for place in range(len(fresh))] for _ in range(2))
    return Figure(
        what="first sealing to a certificate against the second, 5 KB", seen=median(first) / median(second)
    )


def _took(seal_one: Seal, message: bytes, place: int) -> float:
    begun = time.perf_counter()
    seal_one(message, place)
    return time.perf_counter() - begun


def refusals(shop: Workshop) -> list[Figure]:
    """Measure how long the gate takes to refuse each poisoned upload, after one that warms it up."""
    good = shop.made("good@example.jp")
    inspect(good, expect_email="good@example.jp", now=datetime.now(UTC), gpg=GPG)
    figures = []
    for what, make in POISON.items():
        blob = make(shop)
        seen = 1000 * median(_refused(blob) for _ in range(5))
        figures.append(Figure(what=f"refusing {what}", seen=seen, target=REFUSAL, unit="ms"))
    return figures


def _refused(blob: bytes) -> float:
    begun = time.perf_counter()
    try:
        inspect(blob, expect_email="nobody@example.jp", now=datetime.now(UTC), gpg=GPG)
    except CertificateRefusedError:
        return time.perf_counter() - begun
    raise AssertionError("the gate took what it must refuse")


def main() -> int:
    """Measure, print, keep; return 1 if a target is missed."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder, workshop() as shop:
        with seat(Path(folder)) as made:
            signer = signer_of(made.config)
            now = datetime.now(UTC)
            certificates, fresh = (
                [
                    inspect(shop.made(email), expect_email=email, now=now, gpg=GPG)
                    for email in (f"{desk}{place}@example.jp" for place in range(DISTINCT))
                ]
                for desk in ("desk", "fresh")
            )
            contest = Contest(limit=least(), product=ours(signer, certificates))
            for place in range(DISTINCT):
                contest.product(b"", place)
            figures = [*speeds(contest), first_sealing(signer, fresh)]
            failures = failures_while_written(signer, certificates, shop, folder=Path(folder), sealings=240)
        figures += refusals(shop)
    figures.append(
        Figure(what="sealings that fail while certificates are written", seen=failures, target=0, unit="")
    )
    return conclude("bench-seal", "Sealing", figures, now=datetime.now(UTC), notes=NOTES)


NOTES = """
Recipients hold Ed25519/Cv25519 keys. The limit is Ed25519 + X25519 + AES-256-GCM with `cryptography` in one
thread; of the product, more than half is the start of a gpg process and GnuPG's check of its own fresh
signature, which nothing may leave out. The recipients' certificates were met before: the first sealing of a
process to a certificate costs one more gpg process, which checks its signatures (line "first sealing").
"""

if __name__ == "__main__":
    sys.exit(main())
