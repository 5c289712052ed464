"""The statement of handling: the way and the purpose that a notice's TLP label permits.

TLP 2.0 lets a source narrow a label by a statement; ours narrows TLP:AMBER to one way (body, eligible
members under memorandum, their contractors) and one purpose (protecting the infrastructure concerned).
"""

from feeds.formats.content import Text
from feeds.formats.tlp import Tlp

REQUIREMENTS = (
    Text(
        ja="(ア) 受け取った事業者の内部で、秘密情報として厳格に管理してください。",
        en="(a) Control it strictly as secret information inside each operator that receives it.",
    ),
    Text(
        ja="(イ) 委託先(システムインテグレーター、セキュリティ事業者等)にも同じ管理を求めてください。",
        en="(b) Require the same of each contractor (system integrator, security vendor and others).",
    ),
    Text(
        ja="(ウ) 対象となる重要インフラを守る目的に限って使用してください。",
        en="(c) Use it only to protect the infrastructure concerned.",
    ),
)

_PURPOSE = Text(
    ja="対象となる重要インフラを守る目的に限って使用してください。",
    en="Use only to protect the infrastructure concerned.",
)

_WAYS = {
    Tlp.CLEAR: Text(
        ja="公表済みの情報です。取扱いの制限はありません。",
        en="This information is public. There is no restriction on handling.",
    ),
    Tlp.GREEN: Text(
        ja="関係する重要インフラ関係者の間で共有できます。一般に公開しないでください。",
        en="May be shared among those concerned with the infrastructure. Not for publication.",
    ),
    Tlp.AMBER: Text(
        ja="提供範囲: 連絡窓口の団体から、覚書を締結した対象事業者へ、\n"
        "対象事業者からその委託先へ。これ以外へ渡さないでください。",
        en="Permitted way: from the sector body to eligible members under memorandum,\n"
        "and from them to their contractors. No further.",
    ),
    Tlp.AMBER_STRICT: Text(
        ja="提供範囲: 受け取った団体の内部に限ります。会員、委託先へ展開しないでください。",
        en="Permitted way: inside the receiving body only. No dissemination to members or contractors.",
    ),
    Tlp.RED: Text(
        ja="提供範囲: 宛先のご本人に限ります。",
        en="Permitted way: the addressed person only.",
    ),
}


def requirements(tlp: Tlp) -> tuple[Text, ...]:
    """Return the information-control requirements that a label leaves any room for."""
    if tlp is Tlp.CLEAR:
        return ()
    inside_only = tlp in (Tlp.AMBER_STRICT, Tlp.RED)
    return (REQUIREMENTS[0], REQUIREMENTS[2]) if inside_only else REQUIREMENTS


def statement(tlp: Tlp) -> Text:
    """Return the statement that goes with a label: the permitted way, then the purpose."""
    way = _WAYS[tlp]
    if tlp is Tlp.CLEAR:
        return way
    return Text(ja=f"{way.ja}\n{_PURPOSE.ja}", en=f"{way.en}\n{_PURPOSE.en}")
