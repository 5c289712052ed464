"""The checksum of armour: GnuPG finds the end of every message, whatever its length."""

import os
from subprocess import CalledProcessError

import pytest

from feeds.delivery.checksum import crc24, with_checksum
from keys.sealing import armor
from tests.support.delivery import Seat

LENGTHS = (10, 11, 12, 4096)


@pytest.mark.parametrize(("data", "crc"), [(b"", 0xB704CE), (b"123456789", 0x21CF02)])
def test_the_checksum_is_the_one_of_the_catalogue_of_such_codes(data: bytes, crc: int) -> None:
    assert crc24(data) == crc


@pytest.mark.parametrize("length", LENGTHS)
def test_gpg_opens_a_message_of_any_length(seat: Seat, length: int) -> None:
    shop, plain = seat.power.shop, os.urandom(length)
    sealed = shop.gpg("-z", "0", "--trust-model", "always", "-r", seat.power.email, "--encrypt", given=plain)
    for line_end in (b"\n", b"\r\n"):
        text = with_checksum(armor(sealed), sealed).replace(b"\n", line_end)
        assert shop.gpg("--decrypt", given=text) == plain


def test_gpg_refuses_a_wrong_checksum(seat: Seat) -> None:
    shop = seat.power.shop
    sealed = shop.gpg("-z", "0", "--trust-model", "always", "-r", seat.power.email, "--encrypt", given=b"x")
    with pytest.raises(CalledProcessError):
        shop.gpg("--decrypt", given=with_checksum(armor(sealed), sealed + b"x"))
