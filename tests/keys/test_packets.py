"""The outer form of OpenPGP, for any bytes whatsoever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.packets import MalformedError, Tag, container, dearmor, fingerprints, walk
from tests.keys.workshop import armoured

PKESK = b"\xc1\x0d\x03ABCDEFGH\x12abc"
SEIPD = b"\xd2\x04\x01xyz"


@given(st.binary(max_size=2000))
def test_any_bytes_are_packets_or_malformed(data: bytes) -> None:
    try:
        found = list(walk(data))
    except MalformedError:
        return
    assert sum(len(packet.body) for packet in found) <= len(data)


@given(st.binary(max_size=2000))
def test_any_text_is_armour_or_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        dearmor(data)


@given(st.binary(max_size=2000), st.binary(max_size=50).filter(lambda text: b"-----" not in text))
def test_armour_gives_back_what_was_put_in(data: bytes, around: bytes) -> None:
    wrapped = armoured(data)
    assert dearmor(around + b"\n" + wrapped + around) == [("MESSAGE", data)]


@pytest.mark.parametrize(
    "data",
    [
        b"\xcb\x01x",  # new form, one octet
        b"\xcb\xff\x00\x00\x00\x01x",  # five octets
        b"\xcb\xe0x\x00",  # a partial length of one, then nothing
        b"\xac\x01x",  # old form, one octet
        b"\xad\x00\x01x",  # two octets
        b"\xae\x00\x00\x00\x01x",  # four octets
        b"\xafx",  # up to the end
    ],
)
def test_every_form_of_length_is_read(data: bytes) -> None:
    (packet,) = walk(data)
    assert (packet.tag, packet.body) == (Tag.LITERAL, b"x")


def test_a_long_packet_has_a_length_of_two_octets() -> None:
    (packet,) = walk(b"\xcb\xc0\x08" + bytes(200))
    assert packet.body == bytes(200)


def test_a_key_may_not_come_in_pieces() -> None:
    with pytest.raises(MalformedError):
        list(walk(b"\xc6\xe0x\x00"))


def test_a_container_is_one_session_key_and_one_protected_packet() -> None:
    assert container(PKESK + SEIPD) == b"ABCDEFGH".hex().upper()


@pytest.mark.parametrize(
    "message",
    [
        b"",
        SEIPD,
        PKESK,
        PKESK + PKESK + SEIPD,  # two recipients
        PKESK + SEIPD + SEIPD,
        SEIPD + PKESK,
        PKESK + SEIPD + b"\xcb\x07b\x00\x00\x00\x00\x00x",  # plaintext behind it
        PKESK + b"\xd2\x04\x02xyz",  # SEIPD version 2
        PKESK + b"\xc9\x03xyz",  # no integrity protection
        PKESK + b"\xd4\x04\x01xyz",  # GnuPG 2.3's own packet
        PKESK.replace(b"\x03A", b"\x06A") + SEIPD,  # PKESK version 6
        b"\xc3\x04\x04\x09\x00\x08" + SEIPD,  # a password
        b"\xcb\x07b\x00\x00\x00\x00\x00x",  # clear
    ],
)
def test_no_other_message_is_a_container(message: bytes) -> None:
    with pytest.raises(MalformedError):
        container(message)


def test_a_message_has_no_fingerprints() -> None:
    with pytest.raises(MalformedError):
        fingerprints(PKESK + SEIPD)
