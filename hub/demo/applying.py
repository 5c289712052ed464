"""A body applies through the pages, and IPA reviews what it filed."""

from dataclasses import dataclass
from pathlib import Path

from hub.demo.cast import BodyPart
from hub.demo.documents import make_documents
from hub.demo.pages import Pages, Value
from hub.demo.people import Person
from hub.demo.stage import Stage
from sectors.applications.items import Item

FORM = "/applications/form"
STEPS: dict[str, tuple[str, ...]] = {
    "organisation": ("name_", "corporate", "address", "representative", "body_kind", "is_operator"),
    "sectors": ("sectors",),
    "contacts": ("main-", "deputy-", "hours-"),
    "members": ("members", "roster_"),
    "requirements": ("operator-", "contractor-", "purpose-"),
    "attachments": ("articles", "outline", "chart", "member_list", "evidence"),
}
RECEIPT = r"R[0-9]{4}-[0-9A-Z]{6}"
EDITION = "重要インフラのサイバーセキュリティに係る行動計画（令和6年3月改定）"
MEASURES = {
    "operator": ("秘密情報は担当者に限り、施錠した区画と暗号化した保管庫で管理する。", "情報管理責任者"),
    "contractor": ("委託先とは同水準の秘密保持契約を結び、年に一度管理状況を確認する。", "調達責任者"),
    "purpose": ("提供された情報は分野の重要インフラの防護だけに用い、用途を台帳に残す。", "事務局長"),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A body that asked for an account; the invitation is on its way."""

    part: BodyPart
    applicant: Person
    folder: Path


@dataclass(frozen=True, slots=True)
class Filed:
    """An application under way: who filed it, for which body, under which number."""

    part: BodyPart
    applicant: Person
    folder: Path
    application: str
    receipt: str


def register(stage: Stage, part: BodyPart) -> Asking:
    """Let somebody of the body ask for an account."""
    applicant = stage.person("applicant", f"office@{part.domain}", f"事務 {part.number}", body=part.name)
    asked = {"organisation": part.name, "name": applicant.name, "email": applicant.email}
    applicant.pages.fill(asked, at="/apply")
    return Asking(part, applicant, stage.place.recipients / f"{part.number:02d}-{part.sector}")


def file_application(stage: Stage, asking: Asking) -> Filed:
    """Set up the account from the mail, fill in the application with its documents, file it."""
    part, pages = asking.part, asking.applicant.pages
    stage.invited(asking.applicant)
    folder = asking.folder / "documents"
    documents = make_documents(folder, roster=part.roster, organisation=part.name_en)
    _fill_in(pages, {**_form(part), **documents})
    pages.press(at=f"{FORM}/submission")
    application = pages.path.split("/")[2]
    return Filed(part, asking.applicant, asking.folder, application, pages.found(RECEIPT))


def review(stage: Stage, filed: Filed) -> None:
    """Let IPA take the application and accept it as complete and in form."""
    pages = stage.of_role("reviewer").pages
    pages.press(at=f"/review/{filed.application}", action="/take")
    found = {f"tick-{item.replace(' ', '-')}": True for item in Item}
    pages.fill(found, action="/check", button="act=accept")


def contact_email(part: BodyPart) -> str:
    """Return the mail address of the body's main contact."""
    return f"contact@{part.domain}"


def _fill_in(pages: Pages, values: dict[str, Value]) -> None:
    """Save each step with what of the values its page asks for; each leads to the next."""
    pages.open(f"{FORM}/{next(iter(STEPS))}")
    for names in STEPS.values():
        pages.fill({name: value for name, value in values.items() if name.startswith(names)})


def _form(part: BodyPart) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {
        "name_ja": part.name,
        "name_en": part.name_en,
        "corporate_number": part.corporate_number,
        "address": "東京都千代田区霞が関一丁目1番1号",
        "representative": "代表理事 見本 太郎",
        "body_kind": "isac",
        "is_operator": "no",
        "sectors": [part.sector],
        "roster_edition": EDITION,
        "members": part.roster,
    }
    contact = {
        "name": f"窓口 {part.number}",
        "department": "情報共有室",
        "email": contact_email(part),
        "telephone": "03-0000-0000",
    }
    fields |= {f"main-{name}": value for name, value in contact.items()}
    for name, (how, by_whom) in MEASURES.items():
        fields |= {f"{name}-how": how, f"{name}-by_whom": by_whom, f"{name}-evidence": "evidence.pdf 第2章"}
    return fields
