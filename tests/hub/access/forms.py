"""Every form that any page shows to anybody, and every parameter that any link has: what the fuzzer fills."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup, Tag

from hub.accounts.models import Role

TOKEN = "csrf_token"


@dataclass(frozen=True, kw_only=True)
class Form:
    """Where a form goes, who sees it, and its fields with the values that the page offers."""

    role: Role | None
    method: str
    path: str
    fields: dict[str, tuple[str, ...]]
    files: tuple[str, ...]


def forms_on(page: str, role: Role | None, html: str) -> Iterator[Form]:
    """Yield the forms of a page, and its links with parameters as forms that are got."""
    soup = BeautifulSoup(html, "html.parser")
    for form in soup.find_all("form"):
        files = [str(each["name"]) for each in form.find_all("input", type="file") if each.get("name")]
        yield Form(
            role=role,
            method=str(form.get("method", "get")).upper(),
            path=urlsplit(str(form.get("action") or page)).path or page,
            fields=_fields(form),
            files=tuple(files),
        )
    for link in soup.find_all("a", href=True):
        parts = urlsplit(str(link["href"]))
        if parts.query and parts.path.startswith("/"):
            known: dict[str, tuple[str, ...]] = {name: (value,) for name, value in parse_qsl(parts.query)}
            yield Form(role=role, method="GET", path=parts.path, fields=known, files=())


def _fields(form: Tag) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for each in form.find_all(["input", "textarea", "select", "button"]):
        name = str(each.get("name") or "")
        if not name or name == TOKEN or each.get("type") == "file":
            continue
        options = [str(option.get("value") or "") for option in each.find_all("option")]
        value = str(each.get("value") or each.get_text())
        found[name] = (*found.get(name, ()), *(options or [value]))
    return found


def distinct(forms: Iterable[Form]) -> list[Form]:
    """Return the forms without those that differ by their page alone."""
    kept = {(form.role, form.method, form.path, tuple(form.fields)): form for form in forms}
    return list(kept.values())
