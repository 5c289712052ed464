"""Uploads that a hostile contact could try: each must be refused quickly, whatever it is made of."""

import os
from collections.abc import Callable

from keys import packets
from keys.packets import Tag
from tests.keys.workshop import LONG_AGO, Workshop, armoured

MEGABYTE = 1_000_000


def _signed_over_and_over(shop: Workshop, times: int) -> bytes:
    """Return a certificate under a heap of signatures that mean nothing."""
    blob = shop.made("heap@example.jp")
    parts = list(packets.walk(blob))
    bogus = next(part for part in parts if part.tag == Tag.SIGNATURE)
    heads, rest = parts[:2], parts[2:]
    return b"".join(map(packets.framed, [*heads, *[bogus] * times, *rest]))


def _weak(shop: Workshop) -> bytes:
    return shop.made("weak@example.jp", primary=("rsa1024", "sign,encrypt", "2y"), subkey=None)


def _expired(shop: Workshop) -> bytes:
    long_ago = ("--faked-system-time", LONG_AGO)
    return shop.made("late@example.jp", primary=("ed25519", "sign", "30d"), options=long_ago)


POISON: dict[str, Callable[[Workshop], bytes]] = {
    "1 MB of junk": lambda _: os.urandom(MEGABYTE),
    "1 MB of junk in armour": lambda _: armoured(os.urandom(MEGABYTE), "PUBLIC KEY BLOCK"),
    "64 KiB of junk": lambda _: b"\xc6" + os.urandom(64 * 1024 - 1),
    "4000 bogus signatures": lambda shop: _signed_over_and_over(shop, 4000),
    "390 bogus signatures": lambda shop: _signed_over_and_over(shop, 390),
    "half a certificate": lambda shop: shop.made("half@example.jp")[:300],
    "an RSA-1024 key": _weak,
    "an expired key": _expired,
    "another's address": lambda shop: shop.made("another@example.jp"),
}
