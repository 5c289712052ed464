import pytest

from hub.demo.errors import ProofError
from hub.demo.poll import Receiver, open_series
from hub.demo.recipients import GnupgHome
from hub.demo.sabotage import Break, broken_artifacts, broken_receiver
from tests.hub.demo.series import Series

FIRST, SECOND = "PI-2026-7K3QX", "PI-2026-00002"


def receiver(home: GnupgHome, pin: str) -> Receiver:
    return Receiver(
        body="水道ISAC",
        discovery_url="",
        username="",
        password="",
        collection_id="own",
        home=home,
        fingerprint=home.fingerprint(),
        pin=pin,
    )


@pytest.fixture
def series(stranger: GnupgHome, contact: GnupgHome) -> Series:
    return Series(signer=stranger, to=contact)


@pytest.fixture
def mine(stranger: GnupgHome, contact: GnupgHome) -> Receiver:
    return receiver(contact, stranger.fingerprint())


def test_a_series_opens_from_its_beginning(mine: Receiver, series: Series) -> None:
    series.add(FIRST)
    series.add(SECOND)
    series.add(FIRST, 2)
    assert [(copy.tracking_id, copy.revision) for copy in open_series(mine, series.artifacts)] == [
        (FIRST, 1),
        (SECOND, 1),
        (FIRST, 2),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"to": "0" * 40}, "sealed to the receiver"),
        ({"seq": 3}, "follows the one before"),
        ({"revision": 0}, "revision is newer"),
        ({"valid_until": "2026-01-01T00:00:00Z"}, "has not run out"),
        ({"prev_sha256": "0" * 64}, "names the copy before it"),
    ],
)
def test_each_check_refuses_by_its_name(
    mine: Receiver, series: Series, changed: dict[str, object], said: str
) -> None:
    series.add(FIRST)
    series.add(SECOND, **changed)
    with pytest.raises(ProofError, match=said):
        list(open_series(mine, series.artifacts))


def test_a_payload_that_is_not_its_hash_is_refused(mine: Receiver, series: Series) -> None:
    series.add(FIRST)
    series.artifacts[0]["hashes"]["SHA-256"] = "0" * 64
    with pytest.raises(ProofError, match="SHA-256"):
        list(open_series(mine, series.artifacts))


def test_a_missing_copy_shows(mine: Receiver, series: Series) -> None:
    for _ in range(3):
        series.add(FIRST, series.seq + 1)
    del series.artifacts[1]
    with pytest.raises(ProofError, match="follows the one before"):
        list(open_series(mine, series.artifacts))


def test_a_heartbeat_is_no_copy(mine: Receiver, series: Series) -> None:
    series.add(FIRST, kind="heartbeat")
    assert list(open_series(mine, series.artifacts)) == []


def test_sabotage_with_an_unsigned_copy_fails_at_the_signature(mine: Receiver, series: Series) -> None:
    series.add(FIRST)
    broken = broken_artifacts(mine, series.artifacts, Break.UNSIGNED_COPY)
    with pytest.raises(ProofError, match="signature"):
        list(open_series(mine, broken))


def test_sabotage_with_another_key_fails_at_opening(
    mine: Receiver, stranger: GnupgHome, series: Series
) -> None:
    series.add(FIRST)
    broken = broken_receiver(mine, receiver(stranger, mine.pin), Break.WRONG_KEY)
    with pytest.raises(ProofError, match="gpg opens"):
        list(open_series(broken, series.artifacts))
