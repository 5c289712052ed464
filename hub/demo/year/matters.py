"""What the year's notices tell of. Products, developers and numbers are made up."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from feeds.formats.content import Alias, Automatable, Content, Exploitation, TechnicalImpact, Text
from hub.demo.bulk import content
from hub.demo.stories import Story

SUBJECTS = (
    ("遠隔監視ゲートウェイの認証回避", "Authentication bypass in a remote gateway", "見張番GW", "CWE-287"),
    (
        "監視制御ソフトウェアの任意コード実行",
        "Code execution in supervisory control",
        "流域モニタ",
        "CWE-502",
    ),
    ("時刻同期装置のサービス停止", "Denial of service in a time server", "刻守200", "CWE-400"),
    ("保護継電器の設定の改ざん", "Tampering with a protection relay", "守継55", "CWE-345"),
    ("VPN装置の境界外書込み", "Out-of-bounds write in a VPN appliance", "遠路Connect", "CWE-787"),
    ("電子メール中継サーバーのコマンド注入", "Command injection in a mail relay", "文箱Relay", "CWE-77"),
    ("認証基盤の署名検証の不備", "Signature flaw in an identity server", "印鑑ID", "CWE-347"),
    ("工業用スイッチの既定の認証情報", "Default credentials in an industrial switch", "結線SW", "CWE-1392"),
    ("ファイル共有製品のパストラバーサル", "Path traversal in a file sharing product", "倉庫Share", "CWE-22"),
    ("仮想化基盤の権限昇格", "Privilege escalation in a hypervisor", "重箱VM", "CWE-269"),
    ("帳票出力サーバーのSQLインジェクション", "SQL injection in a report server", "帳面Print", "CWE-89"),
    ("入退管理装置の情報漏えい", "Information disclosure in access control", "門番Gate", "CWE-200"),
)
CVSS = (
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
    "CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H",
)
VENDORS = ("架空制御機器株式会社", "架空計装株式会社", "架空時計工業株式会社", "架空電機株式会社")
IMPACT = "この分野では遠方の設備の監視に使われ、止まると巡回による確認が必要になる。"
LIKELIHOOD = "攻撃は確認されていないが、通信口が外部に開いている例が国内にある。"
FEWEST_SECTORS, MOST_SECTORS = 3, 9
UNRELEASED = 2
FIRST, LAST = timedelta(days=26), timedelta(days=28)  # begun after the begin, before the end
BEFORE_THE_LAST, PUBLIC, IN_FORCE = timedelta(days=25), timedelta(days=8), timedelta(days=17)
FEWEST_WITH_ONE_THAT_STAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A notice of the year: after how long it is begun, and how long after that it becomes public.

    One `stays`: nobody has lifted it yet, though the hour of its publication has come.
    """

    number: int
    story: Story
    after: timedelta
    lead: timedelta
    is_last: bool = False
    stays: bool = False


def plans(
    rng: random.Random, *, notices: int, served: Sequence[str], begin: date, end: timedelta
) -> Sequence[Plan]:
    """Return the notices until the end, and two that are only written, to sectors that are served.

    They are spread over the year, each for three weeks or more. The one before the last becomes public when
    the year ends, if there are so many; the last one is in force then.
    """
    last = end - LAST
    between = (last - FIRST) / max(1, notices - 1)
    days = [FIRST + number * between for number in range(notices)] + [last] * UNRELEASED
    made = [
        Plan(
            number=number,
            story=_story(number, rng, served, year=(begin + after).year),
            after=after,
            lead=timedelta(days=rng.randint(21, 60)),
        )
        for number, after in enumerate(days)
    ]
    made[notices - 1] = replace(made[notices - 1], lead=LAST + IN_FORCE, is_last=True)
    if notices >= FEWEST_WITH_ONE_THAT_STAYS:
        late = max(days[notices - 2], last - BEFORE_THE_LAST)
        made[notices - 2] = replace(made[notices - 2], after=late, lead=end - late - PUBLIC, stays=True)
    return made


def told(story: Story) -> Content:
    """Return what a notice says, with the effect on each sector."""
    return replace(
        content(story),
        likelihood=Text(ja=LIKELIHOOD),
        sector_texts={code: Text(ja=IMPACT) for code in story.sectors},
        exploitation=Exploitation.NONE,
        automatable=Automatable.YES,
        technical_impact=TechnicalImpact.TOTAL,
    )


def numbers(plan: Plan) -> tuple[Alias, ...]:
    """Return the matter's numbers elsewhere; NPA and NISC know of some."""
    known = [Alias(issuer="jvn", number=f"JVN#{90_000_000 + plan.number * 731:08}")]
    if plan.number % 2:
        known.append(Alias(issuer="npa", number=f"警察庁-{plan.number + 11:03}"))
    return tuple(known)


def _story(number: int, rng: random.Random, served: Sequence[str], *, year: int) -> Story:
    title, title_en, product, cwe = SUBJECTS[number % len(SUBJECTS)]
    codes = sorted(set(served))
    fewest, most = (min(each, len(codes)) for each in (FEWEST_SECTORS, MOST_SECTORS))
    return Story(
        title=title if number < len(SUBJECTS) else f"{title} ({number + 1})",
        title_en=title_en,
        vendor=VENDORS[number % len(VENDORS)],
        product=product if number < len(SUBJECTS) else f"{product} {number + 1}",
        versions="< 4.2.1",
        cve=f"CVE-{year}-{92000 + number}",
        cwe=cwe,
        cvss=CVSS[number % len(CVSS)],
        summary="細工した要求を送ると、管理者の操作なしに影響を受ける。",
        attack="保守用の通信口に細工した要求を続けて送る。",
        fix="開発者が提供する更新を適用する。",
        workaround="保守用の通信口を管理用の区画からだけ届くようにする。",
        sectors=tuple(rng.sample(codes, rng.randint(fewest, most))),
    )
