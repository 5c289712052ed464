"""Real certificates, CSAF documents, CSV files and bounces, changed at random: refused by name or read."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.formats import csaf_in, returned
from feeds.products import listed
from hub.core.errors import InputError
from keys import gate
from keys.refusals import CertificateRefusedError
from sectors.applications import members
from sectors.applications.members import RosterError
from tests.feeds.formats.test_returned import EXCHANGE
from tests.keys.workshop import GPG
from tests.support.applications import corporate_number
from tests.support.delivery import Seat
from tests.support.reports import report

SAMPLES = sorted((Path(__file__).parent / "formats" / "samples").glob("*.json"), key=os.path.getsize)
SECTORS = {"electricity": "電力", "water": "水道"}
ROSTER = "".join(f"北水道{n},{corporate_number(n)},水道,はい,2026-04-01\n" for n in range(5)).encode()
PRODUCTS = b"Example,Controller,cpe:2.3:h:example:controller:*:*:*:*:*:*:*:*\nEx,Pump 2,\n"
WORDS = st.sampled_from(
    [
        *(b"", b"\x00", b'"', b"'", b",", b"\t", b"\r\n", b"{", b"}", b"[[[[", b"null", b"-1", b"1e999"),
        *(b"\\u0000", b"\xff\xfe", b"\xef\xbb\xbf", "あ".encode(), "あ".encode("cp932"), b"=1+1", b"--b--"),
        b"A" * 3000,
    ]
)
Change = tuple[str, float, float, bytes]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "cut", "twice", "flip", "swap"]),
        st.floats(0, 1),
        st.floats(0, 0.1),
        WORDS | st.binary(max_size=6),
    ),
    min_size=1,
    max_size=6,
)
Read = Callable[[bytes], object]


def mutated(sample: bytes, changes: list[Change]) -> bytes:
    """Return the sample with pieces put in, cut out, doubled, flipped and replaced."""
    for kind, place, length, piece in changes:
        at = int(place * len(sample))
        end = at + max(1, int(length * len(sample)))
        old = sample[at:end]
        made = {
            "put": piece,
            "cut": b"",
            "twice": old * 2,
            "flip": bytes(each ^ 1 << (at % 8) for each in old),
            "swap": piece,
        }[kind]
        sample = sample[:at] + made + (sample[at:] if kind == "put" else sample[end:])
    return sample


def read_csaf(raw: bytes) -> None:
    with suppress(InputError):
        csaf_in.read(raw)


def read_roster(raw: bytes) -> None:
    with suppress(RosterError):
        members.read(raw.decode("utf-8", "replace"), sectors=SECTORS)


def read_products(raw: bytes) -> None:
    try:
        found = listed.read(listed.decoded(raw))
    except listed.ListError:
        return
    assert listed.read(listed.written(found)) == found


def read_bounce(raw: bytes) -> None:
    returned.read(raw)


KINDS: dict[str, tuple[Read, list[bytes], int]] = {
    "csaf": (read_csaf, [each.read_bytes() for each in SAMPLES[:2]], 800),
    "roster": (read_roster, [ROSTER], 4000),
    "products": (read_products, [PRODUCTS], 4000),
    "bounce": (read_bounce, [EXCHANGE, report(to="bounce+abc@hub.example.jp")], 4000),
}


def tried(kind: str, examples: int) -> None:
    read, samples, _ = KINDS[kind]

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(sample=st.sampled_from(samples), changes=CHANGES)
    def changed(sample: bytes, changes: list[Change]) -> None:
        read(mutated(sample, changes))

    changed()


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_itself_is_read(kind: str) -> None:
    read, samples, _ = KINDS[kind]
    for sample in samples:
        read(sample)


@pytest.mark.parametrize("kind", KINDS)
def test_some_changed_samples_are_read_or_refused(kind: str) -> None:
    tried(kind, 15)


@pytest.mark.endurance
@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_changed_samples_are_read_or_refused(kind: str) -> None:
    tried(kind, KINDS[kind][2])


def tried_certificates(seat: Seat, examples: int) -> None:
    holder = seat.power

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(changes=CHANGES)
    def changed(changes: list[Change]) -> None:
        raw = mutated(holder.blob, changes)
        try:
            passed = gate.inspect(raw, expect_email=holder.email, now=datetime.now(UTC), gpg=GPG)
        except CertificateRefusedError:
            return
        assert passed.fingerprint == holder.certificate.fingerprint

    changed()


def test_some_changed_certificates_are_refused_or_the_same(seat: Seat) -> None:
    tried_certificates(seat, 20)


@pytest.mark.endurance
def test_hundreds_of_changed_certificates_are_refused_or_the_same(seat: Seat) -> None:
    tried_certificates(seat, 500)
