"""The visible mark of a copy for a member: it stands in the PDF and the mail text, never in STIX or CSAF."""

from dataclasses import dataclass

from feeds.formats.content import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Whose copy it is; both parties agreed to it (article 6 of the sample agreement since version 2)."""

    number: int
    member: str
    body: str

    @property
    def text(self) -> Text:
        """Return it as people read it."""
        return Text(
            ja=f"写し第{self.number}号　{self.member} 宛て（{self.body} 経由）",
            en=f"Copy no. {self.number} for {self.member}, passed on by {self.body}",
        )

    @property
    def line(self) -> str:
        """Return it in both languages, for the foot of each page."""
        return f"{self.text.ja} / {self.text.en}"
