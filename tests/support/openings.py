"""Bodies that join without an application, for tests."""

from dataclasses import replace
from datetime import date

from sqlalchemy import orm

from hub.accounts.models import Account
from hub.core.vault import Vault
from sectors.openings import service
from sectors.openings.models import Opening
from sectors.openings.proposal import Existing, Proposal
from tests.support.applications import NOW, PDF, TAX_AGENCY, acting, corporate_number, make_submission

CONSULTED = "2026年11月18日、内閣官房及びIPAと協議し、申請を待たずに開始することとした。"
EXISTING = Existing(
    body_signer="局長 山田花子",
    jpcert_signer="代表理事",
    ipa_signer="",
    decided_on=date(2024, 3, 1),
    starts_on=date(2024, 4, 1),
    ends_on=date(2027, 3, 31),
    trial_ends_on=date(2027, 3, 31),
)


def make_proposal(existing: Existing | None = None, *, name: str = "港湾協議会") -> Proposal:
    """Return a proposal of a body with two contacts and two members."""
    details = make_submission(main="window@port.example.jp", deputy="second@port.example.jp").details
    return Proposal(details=replace(details, name_ja=name, name_en="Port Council"), existing=existing)


def propose(session: orm.Session, by: Account, *, vault: Vault, existing: Existing | None = None) -> Opening:
    """Propose a body: on the exception route, or with its agreement in force."""
    return service.propose(
        session,
        make_proposal(existing),
        consultation=CONSULTED,
        contract=PDF if existing else None,
        vault=vault,
        by=acting(by),
        now=NOW,
    )


def filled(**changes: object) -> dict[str, object]:
    """Return everything that the page of the exception route asks for."""
    form: dict[str, object] = {
        "consultation": CONSULTED,
        "name_ja": "港湾協議会",
        "name_en": "Port Council",
        "corporate_number": TAX_AGENCY,
        "address": "東京都千代田区霞が関1-1-1",
        "representative": "会長 山田花子",
        "is_operator": "no",
        "sectors": ["logistics"],
        "main-name": "佐藤一郎",
        "main-department": "事務局",
        "main-email": "window@port.example.jp",
        "main-telephone": "03-1234-5678",
        "members": (
            f"北港,{corporate_number(21)},物流,はい,2026-04-01\n南港,{corporate_number(22)},物流,はい,\n"
        ),
        **{
            f"{part}-{field}": f"{part} {field}"
            for part in ("operator", "contractor", "purpose")
            for field in ("how", "by_whom", "evidence")
        },
    }
    return form | changes
