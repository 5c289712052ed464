"""Bodies that may receive, drafts that may leave, and the people around them."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import orm

from feeds.advisories import audience, consulting, duplicates, notice, queries, releasing, service, submitting
from feeds.advisories.consulting import Consulted
from feeds.advisories.draft import Draft
from feeds.advisories.models import Advisory, Release
from feeds.advisories.statement import Act, challenge
from feeds.advisories.states import Answer
from feeds.formats.content import (
    Alias,
    Content,
    Countermeasure,
    CountermeasureKind,
    Exploitation,
    Product,
    Reference,
    Signature,
    SignatureType,
    Text,
    Vulnerability,
)
from feeds.formats.scoring import score
from feeds.formats.tlp import Tlp
from hub.accounts.models import Account, Role
from hub.accounts.states import State as AccountState
from hub.core.audit import Actor
from hub.core.vault import Place, Vault
from keys.models import ContactCertificate
from keys.states import State as CertificateState
from nda.agreements.models import Agreement
from nda.agreements.states import State as AgreementState
from sectors.applications.models import Application
from sectors.applications.states import State as ApplicationState
from sectors.bodies.models import Body, BodySector, Contact, ContactKind, MemberOperator
from sectors.bodies.states import State as BodyState
from sectors.catalogue.models import Sector
from sectors.requirements.models import Attestation, Requirement
from tests.support.passkeys import signed
from tests.support.people import make_account, make_organisation

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PUBLICATION = NOW + timedelta(days=30)
CANARY = "kingfisher-7431"
VAULT = Vault(bytes(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What a body may lack; the default lacks nothing."""

    state: BodyState = BodyState.FULL
    agreement_state: AgreementState = AgreementState.CONCLUDED
    starts_at: datetime = NOW - timedelta(days=100)
    ends_at: datetime = NOW + timedelta(days=300)
    attested: frozenset[Requirement] = frozenset(Requirement)
    attested_to: date = date(2027, 4, 1)
    contact: AccountState = AccountState.ACTIVE
    certificate: CertificateState = CertificateState.ACTIVE
    not_after: datetime | None = None
    sectors: tuple[str, ...] = field(default=("electricity",))


def make_sectors(session: orm.Session) -> None:
    """Add three sectors, unless they are there."""
    for position, (code, ja) in enumerate((("electricity", "電力"), ("gas", "ガス"), ("water", "水道"))):
        if session.get(Sector, code) is None:
            session.add(
                Sector(
                    code=code,
                    position=position,
                    ja=ja,
                    en=code.capitalize(),
                    stix_sectors=["energy"],
                    guideline="2017-05",
                    valid_from=date(2017, 5, 30),
                )
            )
    session.flush()


def make_body(session: orm.Session, readiness: Readiness | None = None, name: str = "電力ISAC") -> Body:
    """Return a body with one contact, that lacks what `readiness` says."""
    has = readiness or Readiness()
    make_sectors(session)
    organisation = make_organisation(session)
    body = Body(
        organisation_id=organisation.id,
        name_ja=name,
        name_en=f"{name} (en)",
        corporate_number="1234567890123",
        address="東京都",
        representative="代表",
        is_operator=False,
        state=has.state,
        created_at=NOW,
        sectors=[BodySector(sector_code=code) for code in has.sectors],
    )
    session.add(body)
    account = make_account(session, Role.CONTACT, organisation)
    account.state = has.contact
    session.flush()
    _contact(session, body, account, has)
    _operators(session, body)
    _agreement(session, account, has)
    _attestations(session, body, has)
    session.flush()
    return body


def _contact(session: orm.Session, body: Body, account: Account, has: Readiness) -> None:
    contact = Contact(
        id=uuid.uuid4(),
        body_id=body.id,
        account_id=account.id,
        kind=ContactKind.MAIN,
        name=account.name,
        department="窓口",
        email=account.email,
        telephone="03-0000-0000",
    )
    session.add(contact)
    session.add(
        ContactCertificate(
            owner_id=contact.id,
            email=account.email,
            state=has.certificate,
            fingerprint=uuid.uuid4().hex.upper() + "00000000",
            blob=b"certificate",
            not_after=has.not_after,
            algorithm="ed25519",
            uploaded_at=NOW,
            activated_at=NOW,
        )
    )


def _operators(session: orm.Session, body: Body) -> None:
    for number, name in (("7000012050002", "第一事業者"), ("5000012010008", "第二事業者")):
        session.add(
            MemberOperator(
                body_id=body.id,
                name=name,
                corporate_number=number,
                sector_code=min(body.sector_codes),
                critical=True,
                memorandum_on=date(2026, 4, 1),
            )
        )


def _agreement(session: orm.Session, account: Account, has: Readiness) -> None:
    application_id = uuid.uuid4()
    filed = Place(table="application", row=application_id, column="document", revision=1)
    session.add(
        Application(
            id=application_id,
            organisation_id=account.organisation_id,
            applicant_id=account.id,
            state=ApplicationState.ACCEPTED,
            receipt_number=uuid.uuid4().hex[:20],
            document=VAULT.seal(b"{}", place=filed),
            submitted_at=NOW,
        )
    )
    session.flush()
    session.add(
        Agreement(
            application_id=application_id,
            organisation_id=account.organisation_id,
            state=has.agreement_state,
            text_version="1",
            sample_sent_at=NOW,
            starts_at=has.starts_at,
            ends_at=has.ends_at,
        )
    )


def _attestations(session: orm.Session, body: Body, has: Readiness) -> None:
    for requirement in sorted(has.attested):
        session.add(
            Attestation(
                body_id=body.id,
                requirement=requirement,
                how="規程による",
                by_whom="代表",
                evidence="規程",
                valid_from=date(2026, 4, 1),
                valid_to=has.attested_to,
            )
        )


def secret_content() -> Content:
    """Return a content that uses every field; the canary stands in the attack method."""
    return Content(
        title=Text(ja="制御装置における認証回避の脆弱性", en="Authentication bypass in a controller"),
        summary=Text(ja="概要です。", en="A summary."),
        products=(
            Product(
                vendor="Example",
                name="Controller",
                versions="< 4.2",
                cpe="cpe:2.3:h:example:controller:*:*:*:*:*:*:*:*",
                id="CSAFPID-1",
            ),
        ),
        vulnerabilities=(
            Vulnerability(
                title="Authentication bypass",
                cve="CVE-2026-10001",
                description=Text(ja="説明"),
                cwes=("CWE-287",),
                scores=(score("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),),
            ),
        ),
        attack_method=Text(ja=f"手順 {CANARY}", en=f"Send {CANARY}"),
        exploitation=Exploitation.POC,
        likelihood=Text(ja="高い"),
        impact=Text(ja="停止のおそれ"),
        sector_texts={"electricity": Text(ja="変電所"), "gas": Text(ja="導管")},
        countermeasures=(
            Countermeasure(
                kind=CountermeasureKind.FIX, text=Text(ja="4.2 に更新"), url="https://example.com/4.2"
            ),
        ),
        signatures=(
            Signature(
                type=SignatureType.SNORT,
                pattern='alert tcp any any -> any 502 (msg:"x"; content:"|00 01|"; sid:1;)',
                description="試行の検知",
            ),
        ),
        references=(Reference(summary="開発者", url="https://example.com/advisory"),),
        acknowledgements=("報告者",),
        unmapped=("/document/publisher/name: Example",),
    )


def draft_for(*bodies: Body, content: Content | None = None) -> Draft:
    """Return a draft addressed to these bodies that lacks nothing."""
    return Draft(
        content=content or secret_content(),
        tlp=Tlp.AMBER,
        sectors=frozenset(code for body in bodies for code in body.sector_codes),
        bodies=frozenset(body.id for body in bodies),
        publication_at=PUBLICATION,
        countermeasure_on=TODAY,
        serious_effect="広域停電のおそれ",
        aliases=(Alias(issuer="cve", number="CVE-2026-10001"),),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The people of a release."""

    writer: Actor
    releaser: Actor
    ipa: Actor


def acting(account: Account) -> Actor:
    """Return the account as who acts."""
    return Actor(account_id=account.id, organisation_id=account.organisation_id)


def make_cast(session: orm.Session) -> Cast:
    """Return two coordinators and a reviewer."""
    roles = (Role.COORDINATOR, Role.COORDINATOR, Role.REVIEWER)
    writer, releaser, ipa = (acting(make_account(session, role)) for role in roles)
    return Cast(writer=writer, releaser=releaser, ipa=ipa)


def make_draft(session: orm.Session, cast: Cast, *bodies: Body) -> Advisory:
    """Return a draft addressed to these bodies."""
    return service.create_draft(session, draft_for(*bodies), vault=VAULT, by=cast.writer, now=NOW)


def consult(session: orm.Session, advisory: Advisory, cast: Cast) -> None:
    """Record that IPA and a developer agree."""
    consulting.confirm_ipa(session, advisory.id, answer=Answer.AGREED, vault=VAULT, by=cast.ipa, now=NOW)
    said = Consulted(name="Example Inc.", asked_on=TODAY, answered_on=TODAY, answer=Answer.AGREED)
    consulting.record_consultation(session, advisory.id, said, vault=VAULT, by=cast.writer, now=NOW)


def submit(session: orm.Session, advisory_id: uuid.UUID, *, by: Actor, now: datetime = NOW) -> None:
    """Submit the open revision, signed with the person's passkey, who has looked at every duplicate."""
    signature = signed(session, challenge_of(session, advisory_id, Act.PROPOSE, now=now), by)
    alike = duplicates.duplicates(session, queries.advisory(session, advisory_id), vault=VAULT)
    submitting.submit(
        session,
        advisory_id,
        signature=signature,
        looked_at=frozenset(each.advisory.id for each in alike),
        vault=VAULT,
        by=by,
        now=now,
    )


def release(
    session: orm.Session,
    advisory_id: uuid.UUID,
    *,
    by: Actor,
    version: int | None = None,
    now: datetime = NOW,
) -> Release:
    """Release the submitted revision, signed with the person's passkey."""
    seen = queries.latest_revision(session, advisory_id).version if version is None else version
    signature = signed(session, challenge_of(session, advisory_id, Act.RELEASE, now=now), by)
    return releasing.release(
        session, advisory_id, version=seen, signature=signature, vault=VAULT, by=by, now=now
    )


def challenge_of(session: orm.Session, advisory_id: uuid.UUID, act: Act, *, now: datetime = NOW) -> bytes:
    """Return what a passkey signs for an act on the newest revision."""
    revision = queries.latest_revision(session, advisory_id)
    return challenge(notice.statement(session, revision, vault=VAULT, now=now).canonical(), act)


def make_submitted(session: orm.Session, cast: Cast, *bodies: Body) -> Advisory:
    """Return a submitted advisory that may be released."""
    advisory = make_draft(session, cast, *bodies)
    submit(session, advisory.id, by=cast.writer)
    consult(session, advisory, cast)
    return advisory


def make_release(session: orm.Session, cast: Cast, *bodies: Body, now: datetime = NOW) -> Release:
    """Return a release of a new advisory."""
    advisory = make_submitted(session, cast, *bodies)
    return release(session, advisory.id, by=cast.releaser, now=now)


def recipients(session: orm.Session, release: Release, *, now: datetime) -> tuple[Body, ...]:
    """Return the addressed bodies that may have the release now, by name."""
    return tuple(
        body
        for body in audience.addressed(session, release.body_ids)
        if all(check.ok for check in audience.checks_for(session, release, body, now=now))
    )
