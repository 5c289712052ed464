"""What a drill says: fixed texts by version, so that no row can make the hub sign words of its own.

All that differs from drill to drill is its tracking ID, whose form is checked, and its hours.
"""

from feeds.drills.models import Drill
from feeds.formats.clock import ClockStatus
from feeds.formats.content import Content, Kind, Notice, Text
from feeds.formats.stix_ids import stix_id
from feeds.formats.tlp import Tlp
from feeds.formats.tracking import is_tracking_id
from hub.core.errors import InputError

CURRENT = "1"
TLP = Tlp.GREEN
REVISION = 1

TEXTS = {
    "1": Content(
        title=Text(ja="【訓練】優先情報提供の受信訓練", en="[DRILL] Receiving priority information"),
        summary=Text(
            ja="これは訓練です。実在の脆弱性の情報は含まれていません。\n"
            "本番と同じ経路で署名・暗号化してお送りしています。\n"
            "受け取った方は、復号して受領確認コードを確認し、期限までに回答してください。\n"
            "組織内での連絡の手順も、この機会に確認してください。",
            en="This is a drill. It holds no information on any real vulnerability.\n"
            "It was signed, encrypted and sent the way a real notice is.\n"
            "Decrypt it, find the receipt code, and answer before the deadline.\n"
            "Take the occasion to try how word is passed inside your organisation.",
        ),
    ),
}


def notice_of(drill: Drill) -> Notice:
    """Return the drill as a notice: a function of its number, its hours and the text's version alone.

    Raises:
        InputError: the row names no text of ours, or its number has another form.

    """
    content = TEXTS.get(drill.text_version)
    if content is None or not is_tracking_id(drill.tracking_id):
        raise InputError({"drill": "This is no drill of the hub's"})
    return Notice(
        tracking_id=drill.tracking_id,
        revision=REVISION,
        kind=Kind.NEW,
        tlp=TLP,
        aliases=(),
        content=content,
        publication_at=drill.deadline,
        clock_status=ClockStatus.FIXED,
        created=drill.started_at,
        released_at=drill.started_at,
        matter_secret=_secret(drill),
        drill=True,
    )


def report_id(drill: Drill) -> str:
    """Return the STIX id of the drill's report, which an answer is about."""
    return stix_id(_secret(drill), "report", "report")


def _secret(drill: Drill) -> bytes:
    return f"drill/{drill.tracking_id}".encode()  # of no use to anybody: a drill has nothing to keep
