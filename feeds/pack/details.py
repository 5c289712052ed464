"""What stands at the end of a pack: the body's own details. Nothing of it is secret."""

from dataclasses import dataclass

from feeds.formats.content import Text
from sectors.bodies.models import Contact, ContactKind

TAGS = ("[PRIORITY]", "[DRILL]")
WINDOWS = {
    ContactKind.MAIN: Text(ja="主担当", en="main point of contact"),
    ContactKind.DEPUTY: Text(ja="副担当", en="deputy"),
    ContactKind.OUT_OF_HOURS: Text(ja="夜間・休日", en="out of hours"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Whose pack it is; `collections` are empty in a pack that goes on to members."""

    body: str
    contacts: tuple[tuple[ContactKind, str, str, str], ...]  # window, name, department, mail address
    sender: str
    base_url: str
    fingerprint: str
    collections: tuple[str, ...] = ()

    def rows(self, language: str) -> list[tuple[str, str]]:
        """Return labels and what is told beside them."""
        said = {
            "body": self.body,
            "tag": "  ".join(TAGS),
            "sender": self.sender,
            "fingerprint": self.fingerprint,
            "contacts": "\n".join(
                f"{WINDOWS[kind].best(language)}: {name} ({department}) {email}"
                for kind, name, department, email in self.contacts
            ),
            "page": self.base_url,
            "collections": "\n".join(self.collections),
        }
        return [(LABELS[key].best(language), value) for key, value in said.items() if value]


HEADING = Text(ja="付録　貴団体の情報", en="Appendix: details of your body")
LABELS = {
    "body": Text(ja="団体", en="Body"),
    "tag": Text(ja="件名の識別タグ", en="Subject tags"),
    "sender": Text(ja="差出人", en="Sender of the mails"),
    "fingerprint": Text(ja="ハブの証明書のフィンガープリント", en="Fingerprint of the hub"),
    "contacts": Text(ja="連絡窓口", en="Points of contact"),
    "page": Text(ja="ハブのページ", en="The hub's pages"),
    "collections": Text(ja="TAXIIコレクション", en="TAXII collections"),
}


def window(contact: Contact) -> tuple[ContactKind, str, str, str]:
    """Return a point of contact as a pack names it."""
    return contact.kind, contact.name, contact.department, contact.email
