"""The matters that the demo tells of. Products, developers and numbers are made up."""

import secrets
from dataclasses import dataclass, field

from hub.demo.cast import FIRST, SECOND

PLANTED = "kanarianoutagoe"  # how every planted word begins, so that one search finds any of them


def planted() -> str:
    """Return a new word to be planted."""
    return f"{PLANTED}{secrets.token_hex(6)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One matter as a coordinator types it; `canary` stands in the attack method and nowhere else."""

    title: str
    title_en: str
    vendor: str
    product: str
    versions: str
    cve: str
    cwe: str
    cvss: str
    summary: str
    attack: str
    fix: str
    workaround: str
    sectors: tuple[str, ...] = (FIRST, SECOND)
    canary: str = field(default_factory=planted)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the words that no mail, log or header may show in clear."""
        return (self.title, self.title_en, self.vendor, self.product, self.cve, self.canary)

    @property
    def attack_method(self) -> str:
        """Return the attack method with the planted word."""
        return f"{self.attack} ({self.canary})"


RELEASED, REVISED, LIFTED, WITHDRAWN = (
    Story(
        title="遠隔監視ゲートウェイの認証回避",
        title_en="Authentication bypass in a remote monitoring gateway",
        vendor="架空制御機器株式会社",
        product="見張番GW",
        versions="< 4.2.1",
        cve="CVE-2026-90001",
        cwe="CWE-287",
        cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        summary="保守用の通信口に細工した要求を送ると、認証なしに設定を変えられる。",
        attack="保守用の通信口 (TCP 20547) に長さ 0 の認証要求を 2 回続けて送る。",
        fix="ファームウェア 4.2.1 に更新する。",
        workaround="保守用の通信口を管理用の区画からだけ届くようにする。",
    ),
    Story(
        title="監視制御ソフトウェアの任意コード実行",
        title_en="Code execution in a supervisory control package",
        vendor="架空計装株式会社",
        product="流域モニタ",
        versions="7.0 - 7.3",
        cve="CVE-2026-90002",
        cwe="CWE-502",
        cvss="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H",
        summary="履歴ファイルの読込みで信頼できないデータを復元する。",
        attack="細工した履歴ファイルを共有フォルダーに置き、次の帳票の作成を待つ。",
        fix="開発者は 7.4 を準備している。",
        workaround="共有フォルダーへの書込みを監視端末だけに限る。",
    ),
    Story(
        title="時刻同期装置のサービス停止",
        title_en="Denial of service in a time server",
        vendor="架空時計工業株式会社",
        product="刻守 200",
        versions="<= 1.9",
        cve="CVE-2026-90003",
        cwe="CWE-400",
        cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
        summary="細工したパケットで装置が再起動を繰り返す。",
        attack="拡張フィールドの長さが 3 のパケットを毎秒 40 個送る。",
        fix="ファームウェア 2.0 に更新する。",
        workaround="時刻の要求を受ける相手を限る。",
    ),
    Story(
        title="保護継電器の設定の改ざん",
        title_en="Tampering with the settings of a protection relay",
        vendor="架空電機株式会社",
        product="守継 55",
        versions="3.x",
        cve="CVE-2026-90004",
        cwe="CWE-345",
        cvss="CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H",
        summary="設定ファイルの署名が検証されない。",
        attack="署名の区画を空にした設定ファイルを送ると、そのまま反映される。",
        fix="ファームウェア 3.8 に更新する。",
        workaround="設定ファイルの受付けを止める (面から操作する)。",
    ),
)


def bulk_story(number: int) -> Story:
    """Return one of many plain matters, for a long series."""
    return Story(
        title=f"試験用の案件 {number}",
        title_en=f"Matter number {number} of a long series",
        vendor="架空量産株式会社",
        product=f"量産品 {number}",
        versions="1.0",
        cve=f"CVE-2026-{91000 + number}",
        cwe="CWE-79",
        cvss="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N",
        summary="長い系列を確かめるための案件。",
        attack="細工した要求を送る。",
        fix="版 1.1 に更新する。",
        workaround="機能を止める。",
    )
