"""Where a token may come from, and what must come with it: networks, a TLS certificate behind a proxy."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from feeds.collections import origin, queries, service, watching
from hub.app import build_app
from hub.core.audit import THE_HUB, Entry
from hub.core.config import Config
from hub.core.errors import ConfigurationError
from hub.core.outbox import Job
from tests.conftest import HandedIn
from tests.feeds.collections.tool import Tool
from tests.support.advisories import NOW
from tests.support.delivery import World

HEADER = "X-Client-Certificate"
OPEN = {"proxy_hops": 1, "client_certificate_header": HEADER}


def behind_proxy(world: World, **changes: object) -> Flask:
    config = replace(world.hub.config, **changes)  # type: ignore[arg-type] # fields of Config
    return build_app(replace(world.hub, config=config), secret_key=b"s" * 32)


def seen_from(tool: Tool, address: str, **headers: str) -> int:
    sent: dict[str, Any] = {"X-Forwarded-For": address, **headers}
    return tool.ask("/priority/", **sent).status_code


@pytest.mark.parametrize(
    ("networks", "address", "right"),
    [
        ("", "203.0.113.9", True),
        ("192.0.2.0/24", "192.0.2.7", True),
        ("192.0.2.0/24", "192.0.3.7", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7/32", "192.0.2.8", False),
        ("198.51.100.0/24,192.0.2.0/24", "192.0.2.7", True),
        ("192.0.2.0/24", "::ffff:192.0.2.7", True),
        ("192.0.2.0/24", "::ffff:192.0.3.7", False),
        ("2001:db8::/32", "2001:db8:1::7", True),
        ("2001:db8::/32", "2001:db9::7", False),
        ("2001:db8::/32,192.0.2.0/24", "192.0.2.1", True),
        ("192.0.2.0/24", "2001:db8::7", False),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "unknown", False),
    ],
)
def test_an_address_is_inside_or_not(networks: str, address: str, right: bool) -> None:  # noqa: FBT001 - a table's column
    assert origin.within(address, networks) is right


def test_a_token_works_from_its_networks_alone_and_the_contacts_hear_of_others(
    world: World, clock: HandedIn
) -> None:
    tool = Tool.of(world, world.power, behind_proxy(world, proxy_hops=1), networks="192.0.2.0/24")
    assert seen_from(tool, "192.0.2.7") == 200
    assert seen_from(tool, "203.0.113.9") == 401
    assert seen_from(tool, "192.0.2.7, 203.0.113.9") == 401  # what the client itself claims is not believed
    with world.hub.db.reading() as session:
        [job] = session.scalars(sa.select(Job).where(Job.kind == "client.elsewhere"))
    watching.tell_elsewhere(world.hub, job.values, clock())
    assert world.letters().count("client-elsewhere") == 1
    with world.hub.db.reading() as session:
        [entry] = session.scalars(sa.select(Entry).where(Entry.action == "client.elsewhere"))
    assert entry.subject_id == tool.client_id


@pytest.fixture(scope="module")
def certificate() -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tool")])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = begun.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return dated.serial_number(1).sign(key, hashes.SHA256())


def test_a_token_with_a_certificate_works_only_where_the_proxy_shows_it(
    world: World, certificate: x509.Certificate
) -> None:
    fingerprint = certificate.fingerprint(hashes.SHA256())
    tool = Tool.of(world, world.power, behind_proxy(world, **OPEN), certificate=fingerprint)
    pem = quote(certificate.public_bytes(serialization.Encoding.PEM).decode())
    shown = fingerprint.hex()
    colons = ":".join(shown[at : at + 2] for at in range(0, 64, 2)).upper()
    for right in (shown, shown.upper(), colons, pem):
        assert seen_from(tool, "192.0.2.7", **{HEADER: right}) == 200
    wrong = ["", "00" * 32, shown[:-1], f"{shown},{shown}", f"{'00' * 32}, {shown}", "x" * 100_000]
    wrong += [pem[:200], pem.replace("A", "B"), "-----BEGIN CERTIFICATE-----", quote("\x00")]
    for each in wrong:
        assert seen_from(tool, "192.0.2.7", **{HEADER: each}) == 401
    assert seen_from(tool, "192.0.2.7") == 401


def test_a_header_that_is_not_configured_shows_nothing(world: World, certificate: x509.Certificate) -> None:
    fingerprint = certificate.fingerprint(hashes.SHA256())
    tool = Tool.of(world, world.power, behind_proxy(world, proxy_hops=1), certificate=fingerprint)
    assert seen_from(tool, "192.0.2.7", **{HEADER: fingerprint.hex()}) == 401


def test_the_header_needs_a_proxy_that_sets_it(world: World) -> None:
    with pytest.raises(ConfigurationError, match="HUB_PROXY_HOPS"):
        replace(world.hub.config, client_certificate_header=HEADER)
    told = {"HUB_CLIENT_CERTIFICATE_HEADER": HEADER, "HUB_PROXY_HOPS": "1"}
    assert Config.from_env(told).client_certificate_header == HEADER
    assert Config.from_env({}).client_certificate_header is None


@pytest.mark.parametrize("text", ["192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1", "10.0.0.0/8"], ids=str)
def test_what_is_a_network(text: str) -> None:
    assert origin.network(text)


@pytest.mark.parametrize("text", ["192.0.2.1/24", "192.0.2", "192.0.2.0/33", "example.jp", "", "*", "1,2"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        origin.network(text)


def test_a_client_that_was_changed_past_the_hub_is_refused(world: World, app: Flask) -> None:
    tool = Tool.of(world, world.power, app, networks="192.0.2.0/24")
    with world.hub.db.transaction() as session:
        session.execute(sa.text("UPDATE taxii_client SET networks = ''"))
    assert tool.ask("/priority/").status_code == 401


def test_all_contacts_are_told_before_a_token_ends_once_for_each_span(
    world: World, app: Flask, clock: HandedIn
) -> None:
    tool = Tool.of(world, world.power, app)
    assert world.letters() == ["client-added"]
    for days, letters in [(300, 0), (336, 1), (337, 1), (350, 1), (359, 2), (360, 2), (366, 2)]:
        clock.now = NOW + timedelta(days=days)
        watching.watch(world.hub, {}, clock())
        watching.watch(world.hub, {}, clock())
        assert world.letters().count("client-expiring") == letters
    with world.hub.db.transaction() as session:
        client = queries.client(session, tool.client_id)
        service.revoke_client(session, client, by=THE_HUB, now=clock())
    assert world.letters().count("client-revoked") == 1
