"""Applications for tests: values, filled forms, and ones that stand in a given state."""

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime

from bs4 import Tag
from sqlalchemy import orm
from werkzeug.test import TestResponse

from hub.accounts.models import Account, Role
from hub.core.audit import Actor
from hub.core.instance import Instance
from hub.core.vault import Vault
from sectors.applications import review, service
from sectors.applications.attachments import Upload, checked
from sectors.applications.items import Item
from sectors.applications.models import Application, AttachmentKind
from sectors.applications.review import Verdict
from sectors.applications.submission import FORM_VERSION, BodyKind, Submission
from sectors.bodies.details import BodyDetails, ContactDetails, OperatorDetails
from sectors.bodies.models import ContactKind
from sectors.catalogue.shipped import ship
from sectors.requirements.measures import Measure
from sectors.requirements.models import Requirement
from tests.support.browser import Browser
from tests.support.people import make_account

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
TAX_AGENCY = "7000012050002"  # its own number, as the agency publishes it


IN_ORDER: dict[Item, Verdict] = {item: Verdict(in_order=True) for item in Item}
EDITION = "重要インフラのサイバーセキュリティに係る行動計画"


def corporate_number(base: int) -> str:
    """Return a number with a right check digit around twelve digits."""
    digits = [int(digit) for digit in f"{base:012}"]
    total = sum(digit * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return f"{9 - total % 9}{base:012}"


def make_submission(
    *,
    main: str = "main@isac.example.jp",
    deputy: str | None = "deputy@isac.example.jp",
    body_kind: BodyKind = BodyKind.ISAC,
    operators: int = 2,
) -> Submission:
    contacts = [_contact(ContactKind.MAIN, main)]
    if deputy:
        contacts.append(_contact(ContactKind.DEPUTY, deputy))
    return Submission(
        form_version=FORM_VERSION,
        body_kind=body_kind,
        details=BodyDetails(
            name_ja="電力ISAC",
            name_en="Power ISAC",
            corporate_number=TAX_AGENCY,
            address="東京都千代田区霞が関1-1-1",
            representative="理事長 山田花子",
            is_operator=False,
            sectors=("electricity",),
            contacts=tuple(contacts),
            operators=tuple(
                OperatorDetails(
                    name=f"電力{number}",
                    corporate_number=corporate_number(number),
                    sector_code="electricity",
                    critical=True,
                    memorandum_on=date(2026, 4, 1),
                )
                for number in range(1, operators + 1)
            ),
            measures=tuple(
                Measure(requirement=each, how="規程による", by_whom="情報管理責任者", evidence="規程 第3章")
                for each in Requirement
            ),
            roster_edition=EDITION,
        ),
    )


def _contact(kind: ContactKind, email: str) -> ContactDetails:
    return ContactDetails(
        kind=kind, name=f"{kind}担当", department="事務局", email=email, telephone="03-1234-5678"
    )


def make_person(hub: Instance, role: Role) -> Account:
    """Return an active account of a role, in an instance that has its sectors."""
    with hub.db.transaction() as session:
        ship(session, now=NOW)
        return make_account(session, role)


def make_uploads() -> list[Upload]:
    return [checked(kind, f"{kind}.pdf", PDF) for kind in AttachmentKind]


def acting(account: Account) -> Actor:
    return Actor(account_id=account.id, organisation_id=account.organisation_id)


def make_application(
    session: orm.Session, applicant: Account, *, vault: Vault, submission: Submission | None = None
) -> Application:
    """Return an application that was just submitted."""
    return service.submit(
        session,
        submission or make_submission(main=applicant.email),
        uploads=make_uploads(),
        vault=vault,
        by=acting(applicant),
        now=NOW,
    )


def accepted_application(
    session: orm.Session,
    applicant: Account,
    reviewer: Account,
    *,
    vault: Vault,
    submission: Submission | None = None,
) -> Application:
    """Return an application that IPA accepted."""
    application = make_application(session, applicant, vault=vault, submission=submission)
    by = acting(reviewer)
    review.take(session, application.id, version=1, by=by, now=NOW)
    review.accept(
        session, application.id, IN_ORDER, other_body_review="", version=2, vault=vault, by=by, now=NOW
    )
    return application


def file(name: str, content: bytes = PDF) -> tuple[io.BytesIO, str]:
    """Return an upload as the test client sends it."""
    return io.BytesIO(content), name


STEPS = {
    "organisation": ("name_", "corporate", "address", "repr", "body_kind", "is_operator"),
    "sectors": ("sectors",),
    "contacts": ("main-", "deputy-", "hours-"),
    "members": ("members", "roster_"),
    "requirements": ("operator-", "contractor-", "purpose-"),
    "attachments": ("articles", "outline", "chart", "member_list", "evidence"),
}
FORM = "/applications/form"


def of_step(step: str, form: dict[str, object]) -> dict[str, object]:
    """Return what of a filled form stands on the page of one step."""
    return {name: value for name, value in form.items() if name.startswith(STEPS[step])}


def fill_in(browser: Browser, form: dict[str, object], *, steps: Iterable[str] = STEPS) -> TestResponse:
    """Save these steps, each of which must be right, then submit; return the answer to that."""
    for step in steps:
        saved = save(browser, step, form)
        assert saved.status_code == 303, saved.text
    return browser.post_form(f"{FORM}/submission")


def save(browser: Browser, step: str, form: dict[str, object]) -> TestResponse:
    """Save one step as its page would."""
    path = f"{FORM}/{step}"
    seen = browser.soup(path).find("input", {"name": "seen"})
    assert isinstance(seen, Tag), path
    return browser.post_form(path, {"seen": seen["value"], **of_step(step, form)})


def filled_form(**changes: object) -> dict[str, object]:
    """Return everything that the form of an application asks for."""
    form: dict[str, object] = {
        "name_ja": "水道ISAC",
        "name_en": "Water ISAC",
        "corporate_number": TAX_AGENCY,
        "address": "東京都千代田区霞が関1-1-1",
        "representative": "理事長 山田花子",
        "body_kind": "isac",
        "is_operator": "no",
        "sectors": ["water"],
        "main-name": "佐藤一郎",
        "main-department": "事務局",
        "main-email": "main@water.example.jp",
        "main-telephone": "03-1234-5678",
        "roster_edition": EDITION,
        "members": (
            f"北水道,{corporate_number(11)},水道,はい,2026-04-01\n南水道,{corporate_number(12)},water,yes,\n"
        ),
        **{
            f"{part}-{field}": f"{part} {field}"
            for part in ("operator", "contractor", "purpose")
            for field in ("how", "by_whom", "evidence")
        },
        **{kind.value: file(f"{kind}.pdf") for kind in AttachmentKind},
    }
    return form | changes
