"""Ready questions: the topics of the survey of FY2018 beside dissemination, to choose from in any version.

A topic keeps its name in every version, so that years compare. Two of them the hub fills in from what it
knows.
"""

from dataclasses import dataclass

from feeds.formats.content import Text
from feeds.surveys.models import Kind, QuestionKind

OPENED_ON = "opened-on"
MEMBERS_REACHED = "members-reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One question; `options` are the choices, or the two ends of a scale."""

    kind: QuestionKind
    text: Text
    options: tuple[Text, ...] = ()


YES, PARTLY, NO = Text(ja="はい", en="Yes"), Text(ja="一部", en="In part"), Text(ja="いいえ", en="No")
NOT_APPLICABLE = Text(ja="該当しない", en="Does not apply")
OTHER = Text(ja="その他", en="Other")

READY: dict[str, Ready] = {
    OPENED_ON: Ready(
        kind=QuestionKind.DATE,
        text=Text(ja="情報を最初に確認した日", en="On which day was the information first opened?"),
    ),
    MEMBERS_REACHED: Ready(
        kind=QuestionKind.NUMBER,
        text=Text(ja="情報を展開した事業者の数", en="To how many operators was the information passed on?"),
    ),
    "preparation": Ready(
        kind=QuestionKind.SEVERAL,
        text=Text(
            ja="公表日までに行った準備は何ですか。", en="What did you prepare before the publication date?"
        ),
        options=(
            Text(ja="該当するソフトウエアの利用状況の調査", en="Found out where the software is in use"),
            Text(ja="回避策の適用", en="Applied a workaround"),
            Text(ja="修正プログラムの適用計画の作成", en="Planned the installation of the fix"),
            Text(ja="監視の強化", en="Watched more closely"),
            OTHER,
            Text(ja="特になし", en="Nothing"),
        ),
    ),
    "contractors": Ready(
        kind=QuestionKind.CHOICE,
        text=Text(
            ja="システム構築事業者等の委託先に情報を展開しましたか。",
            en="Did you inform your contractors, such as system integrators?",
        ),
        options=(
            YES,
            Text(ja="いいえ（秘密情報の管理に不安があった）", en="No: strict control was not certain there"),
            Text(ja="いいえ（契約上の定めがなかった）", en="No: the contract says nothing about it"),
            Text(ja="いいえ（展開の必要がなかった）", en="No: there was no need"),
            Text(ja="いいえ（その他の理由）", en="No: for another reason"),
        ),
    ),
    "told-first": Ready(
        kind=QuestionKind.CHOICE,
        text=Text(
            ja="この事案に関する情報を最初に受け取ったのはどこからですか。",
            en="Who told you of this matter first?",
        ),
        options=(
            Text(ja="優先情報提供", en="This provision"),
            Text(ja="保守事業者", en="The maintenance vendor"),
            Text(ja="他の機関", en="Another agency"),
            Text(ja="製品開発者", en="The product developer"),
            Text(ja="分からない", en="Not known"),
        ),
    ),
    "time-enough": Ready(
        kind=QuestionKind.SCALE,
        text=Text(ja="公表までの猶予期間は十分でしたか。", en="Was the time before publication enough?"),
        options=(Text(ja="不十分", en="Far too short"), Text(ja="十分", en="Enough")),
    ),
    "acted-later": Ready(
        kind=QuestionKind.CHOICE,
        text=Text(
            ja="優先情報提供がなければ、対応の実施は遅くなったと考えますか。",
            en="Would you have acted later without the provision?",
        ),
        options=(YES, PARTLY, NO, NOT_APPLICABLE),
    ),
    "no-patch": Ready(
        kind=QuestionKind.TEXT,
        text=Text(
            ja="修正プログラムを適用できなかったシステムでは、どのように対応しましたか。",
            en="What did you do where no patch could be applied?",
        ),
    ),
    "useful": Ready(
        kind=QuestionKind.SCALE,
        text=Text(ja="情報は役に立ちましたか。", en="Was the information of use?"),
        options=(Text(ja="役に立たなかった", en="Of no use"), Text(ja="とても役に立った", en="Of great use")),
    ),
    "difficulties": Ready(
        kind=QuestionKind.TEXT,
        text=Text(
            ja="自組織内への展開で困難だった点は何ですか。", en="What was difficult in disseminating inside?"
        ),
    ),
    "products": Ready(
        kind=QuestionKind.TEXT,
        text=Text(
            ja="優先情報提供で入手したいソフトウエアの種類・分野は何ですか。",
            en="Of which products would you like to be told?",
        ),
    ),
    "wishes": Ready(
        kind=QuestionKind.TEXT,
        text=Text(ja="制度への要望がありますか。", en="What do you wish of the scheme?"),
    ),
}

FIRST: dict[Kind, tuple[str, ...]] = {
    Kind.NOTICE: (
        OPENED_ON,
        "preparation",
        "contractors",
        "told-first",
        "time-enough",
        "acted-later",
    ),
    Kind.TRIAL: tuple(topic for topic in READY if topic not in {OPENED_ON, MEMBERS_REACHED}),
}
