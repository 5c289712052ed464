"""The kinds of records with a period, as people read them."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from hub.retention.models import Kind

KINDS: dict[Kind, LazyString] = {
    Kind.DRAFTS: _l("Draft that was never released"),
    Kind.COPIES: _l("Sealed copy or package of a notice that is over"),
    Kind.ATTACHMENTS: _l("Document of an application or agreement"),
    Kind.LOG: _l("Oldest part of the audit log"),
}
