"""The fixed sentences of the letter, in both languages."""

from feeds.formats.clock import ClockMove, ClockStatus
from feeds.formats.content import (
    Automatable,
    Content,
    CountermeasureKind,
    Exploitation,
    Kind,
    TechnicalImpact,
    Text,
    decision_points,
)
from feeds.formats.scoring import exploit_maturity
from feeds.formats.subject import WORDS as KIND_WORDS
from feeds.formats.subject import MailKind
from hub.core.clock import both_zones

NOT_PROVIDED = Text(ja="製品開発者からの提供なし", en="Not provided by the developer")
NOTHING = Text(ja="(記載なし)", en="(Nothing stated)")
DRILL = Text(
    ja="【訓練】これは訓練です。実在の脆弱性ではありません。",
    en="[DRILL] This is a drill. There is no such vulnerability.",
)
DRILL_TASK = Text(
    ja="期限までに、末尾の窓口で受領確認コードを送り、「受領した」と回答してください。\n期限: {deadline}",
    en='Send the receipt code at the address at the end, and answer "received",\nbefore {deadline}.',
)
HEADINGS = {
    "task": Text(ja="いつまでに何をするか", en="What to do, by when"),
    "matter": Text(ja="案件", en="The matter"),
    "products": Text(ja="影響を受ける製品とバージョン", en="Affected products and versions"),
    "severity": Text(ja="深刻度", en="Severity"),
    "likelihood": Text(ja="攻撃の可能性", en="Likelihood of attack"),
    "impact": Text(ja="貴分野への影響", en="Impact on your sector"),
    "countermeasures": Text(ja="対策方法", en="Countermeasure"),
    "attack_method": Text(ja="攻撃手法", en="Attack method"),
    "signatures": Text(ja="検知シグネチャ", en="Signatures"),
    "references": Text(ja="参考情報", en="References"),
    "handling": Text(ja="取扱い", en="Handling rules"),
    "receipt": Text(ja="受領確認コード", en="Receipt code"),
    "answer": Text(ja="受領確認と回答の窓口", en="Where to answer"),
}

KINDS = {kind: Text(ja=KIND_WORDS[MailKind(kind)], en=kind.value) for kind in Kind}

_ACT = Text(
    ja="公表日時までに、対象製品の有無を確認し、対策を実施してください。\n公表日時: {deadline}",
    en="Check whether you use the products, and act on the countermeasure,\n"
    "before the publication: {deadline}",
)

TASKS = {
    Kind.NEW: _ACT,
    Kind.UPDATE: Text(
        ja=f"内容を更新しました。前の版と差し替えてください。\n{_ACT.ja}",
        en=f"This replaces the earlier revision.\n{_ACT.en}",
    ),
    Kind.CORRECTION: Text(
        ja=f"前の版に誤りがありました。この版に差し替えてください。\n{_ACT.ja}",
        en=f"The earlier revision was wrong. Use this one instead.\n{_ACT.en}",
    ),
    Kind.DATE: Text(
        ja=f"公表日を変更しました。対策の予定を見直してください。\n{_ACT.ja}",
        en=f"The publication date has changed. Review your plan.\n{_ACT.en}",
    ),
    Kind.WITHDRAWN: Text(
        ja="この案件は取り下げました。この情報に基づく対策は、これから始めないでください。\n"
        "別途の連絡があるまで、受け取った情報の取扱制限は続きます。",
        en="This matter is withdrawn. Start no countermeasure on the strength of it.\n"
        "The handling rules continue for what you received, until you are told otherwise.",
    ),
    Kind.LIFTED: Text(
        ja="公表されました。公表された内容の取扱制限を解除します。\n"
        "公表されていない部分(攻撃手法など)の制限は続きます。\n"
        "未対策の場合は、直ちに対策してください。\n公表日時: {deadline}",
        en="The matter is public. What has been published is no longer restricted;\n"
        "what has not (such as the attack method) still is.\n"
        "If you have not acted yet, act at once. Published: {deadline}",
    ),
}

CLOCK = {
    ClockStatus.PLANNED: Text(ja="予定", en="planned"),
    ClockStatus.FIXED: Text(ja="確定", en="fixed"),
    ClockStatus.MOVED: Text(ja="変更後", en="moved"),
    ClockStatus.ENDED: Text(ja="公表済み", en="published"),
}

EXPLOITATION = {
    Exploitation.ACTIVE: Text(ja="悪用が確認されています。", en="Exploited in the wild."),
    Exploitation.POC: Text(ja="実証コードが存在します。", en="A proof of concept exists."),
    Exploitation.NONE: Text(ja="悪用も実証コードも確認されていません。", en="No exploit is known."),
    Exploitation.UNKNOWN: Text(ja="悪用の有無は不明です。", en="Not known whether it is exploited."),
}

AUTOMATABLE = {
    Automatable.YES: Text(ja="攻撃は自動化できます。", en="An attack can be automated."),
    Automatable.NO: Text(ja="攻撃は自動化できません。", en="An attack cannot be automated."),
}
TECHNICAL_IMPACT = {
    TechnicalImpact.TOTAL: Text(ja="システムを完全に制御されます。", en="Control is total."),
    TechnicalImpact.PARTIAL: Text(ja="影響は一部の機能に限られます。", en="Control is partial."),
}

_POC = Text(ja="実証コードあり", en="proof of concept")
_HIGH = Text(ja="容易に攻撃可能", en="high")
_FUNCTIONAL = Text(ja="攻撃可能なコードあり", en="functional")
_UNPROVEN = Text(ja="未実証", en="unproven")
MATURITY = {  # CVSS-E by the first digit of the version
    "2": {"U": _UNPROVEN, "POC": _POC, "F": _FUNCTIONAL, "H": _HIGH},
    "3": {"U": _UNPROVEN, "P": _POC, "F": _FUNCTIONAL, "H": _HIGH},
    "4": {
        "A": Text(ja="悪用あり", en="attacked"),
        "P": _POC,
        "U": Text(ja="報告なし", en="unreported"),
    },
}

COUNTERMEASURES = {
    CountermeasureKind.FIX: Text(ja="修正方法", en="Fix"),
    CountermeasureKind.WORKAROUND: Text(ja="回避方法", en="Workaround"),
    CountermeasureKind.VERIFICATION: Text(ja="対策の確認方法", en="How to verify"),
}

WORDS = {
    "acknowledge": Text(
        ja="受け取ったら、末尾の窓口で受領確認をしてください。",
        en="Please acknowledge receipt now, at the address at the end.",
    ),
    "tracking_id": Text(ja="管理番号", en="Tracking ID"),
    "revision": Text(ja="版", en="Revision"),
    "publication": Text(ja="公表日時", en="Publication"),
    "moved": Text(ja="公表日時の変更", en="Publication moved"),
    "alias": Text(ja="他機関等の番号", en="Also known as"),
    "same_matter": Text(ja="{numbers} と同一の案件です。", en="This is the same matter as {numbers}."),
    "news": Text(ja="新しい内容", en="What is new"),
    "fixed": Text(ja="修正済み", en="fixed"),
    "in_general": Text(ja="全般", en="In general"),
    "answer": Text(
        ja="次のページにサインインし、受領確認コードで回答してください。",
        en="Sign in at this page and answer with the receipt code.",
    ),
    "survey": Text(
        ja="公表後に、次のページでアンケートへの回答をお願いします。",
        en="After publication a short questionnaire is asked on this page.",
    ),
}


def moved(move: ClockMove) -> str:
    """Return one move of the publication date, as all formats write it for people."""
    change = f"{both_zones(move.moved_from)} → {both_zones(move.moved_to)}"
    return f"{change} {move.reason}".rstrip()


def likely(content: Content, language: str) -> list[str]:
    """Return what is known of how likely an attack is: SSVC's decision points and CVSS-E, a line each."""
    lines = []
    told = content.likelihood or decision_points(content)
    if told and content.exploitation in EXPLOITATION:
        said = EXPLOITATION[content.exploitation].best(language)
        lines.append(f"{said} (SSVC: {content.exploitation.value})")
    if content.automatable in AUTOMATABLE:
        said = AUTOMATABLE[content.automatable].best(language)
        lines.append(f"{said} (SSVC automatable: {content.automatable.value})")
    if content.technical_impact in TECHNICAL_IMPACT:
        said = TECHNICAL_IMPACT[content.technical_impact].best(language)
        lines.append(f"{said} (SSVC technical impact: {content.technical_impact.value})")
    return lines + _withheld(content, language) + _maturity(content, language)


def _withheld(content: Content, language: str) -> list[str]:
    """Name the decision points that the developer does not provide; what is known is said above."""
    known = decision_points(content)
    points = {
        "exploitation": "exploitation",
        "automatable": "automatable",
        "technical_impact": "technical impact",
    }
    return [
        f"SSVC {point}: {NOT_PROVIDED.best(language)}"
        for name, point in points.items()
        if name in content.not_provided and point not in known
    ]


def _maturity(content: Content, language: str) -> list[str]:
    rated = ((each.label, score) for each in content.vulnerabilities for score in each.scores)
    return [
        f"CVSS {score.version} E:{found} {MATURITY[score.version[0]][found].best(language)} ({label})"
        for label, score in rated
        if (found := exploit_maturity(score))
    ]
