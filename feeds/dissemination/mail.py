"""The mail with which a body passes a notice on: it travels in clear, so it tells nothing of the matter."""

from dataclasses import dataclass

from feeds.delivery.composing import subject_outside
from feeds.dissemination.footer import Footer
from feeds.formats.content import Notice, Text
from feeds.formats.handling import statement

_TOLD = Text(
    ja="{member} 御中\n\n{body} から、優先情報提供 {tracking_id} r{revision} をお渡しします。\n"
    "文書一式: {file}\n{way}\n\n取扱い({tlp}):\n{handling}\n"
    "文書一式に含まれる説明資料と、当団体との覚書に従ってください。\n\n"
    "受け取ったら、次のリンクを開いて知らせてください。使えるのは1回限りです。\n"
    "リンクの先に、この情報の内容はありません。\n{link}\n\n"
    "このメールには、内容(製品、脆弱性、期限など)を書き足さないでください。\n{footer}",
    en="To {member}\n\n{body} passes priority information notice {tracking_id} r{revision} on to you.\n"
    "Package: {file}\n{way}\n\nHandling ({tlp}):\n{handling}\n"
    "Follow the explanatory pack inside and your memorandum with us.\n\n"
    "When you have received it, tell us by this link. It works once;\n"
    "nothing of the matter is behind it.\n{link}\n\n"
    "Do not add anything of the matter (product, weakness, deadline) to this mail.\n{footer}",
)
_SEALED = Text(
    ja="一式は、貴社の証明書(フィンガープリント {fingerprint})宛てに暗号化し、ハブが署名しています。\n"
    "復号したら、署名した鍵のフィンガープリントが次のとおりであることを確かめてください。\n{hub}",
    en="It is encrypted to your certificate (fingerprint {fingerprint}) and signed by the hub.\n"
    "After decrypting, check that the fingerprint of the signing key is\n{hub}",
)
_PLAIN = Text(
    ja="一式は暗号化されていません。このメールには添付せず、保護された方法で別にお渡しします。\n"
    "受け取ったら、ファイルのSHA-256が次のとおりであることを確かめてください。\n{sha256}",
    en="It is not encrypted. It is not attached to this mail:\n"
    "you get it separately, in a protected way.\n"
    "When you have it, check that the SHA-256 of the file is\n{sha256}",
)
_RULE = "-" * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What the mail names: the file, keys by fingerprint (none: not encrypted), the member's link.

    `sha256` is the file's, 64 hex digits: what is not signed is compared by it.
    """

    notice: Notice
    footer: Footer
    file: str
    sha256: str
    link: str
    hub: str
    fingerprint: str | None

    @property
    def subject(self) -> str:
        """Return the subject: the same tag and tracking ID as in every channel."""
        return subject_outside(self.notice)

    @property
    def text(self) -> str:
        """Return the text, Japanese and then English."""
        return f"\n\n{_RULE}\n\n".join(self._half(language) for language in ("ja", "en")) + "\n"

    def _half(self, language: str) -> str:
        notice, footer = self.notice, self.footer
        way = (_SEALED if self.fingerprint else _PLAIN).best(language)
        return _TOLD.best(language).format(
            member=footer.member,
            body=footer.body,
            tracking_id=notice.tracking_id,
            revision=notice.revision,
            file=self.file,
            way=way.format(fingerprint=self.fingerprint, hub=self.hub, sha256=self.sha256),
            tlp=notice.tlp.label,
            handling=statement(notice.tlp).best(language),
            link=self.link,
            footer=footer.text.best(language),
        )
