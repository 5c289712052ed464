"""Mail about a certificate."""

from hub.core.letters import Letter

LETTERS: dict[str, Letter] = {
    "certificate-active": Letter(
        ja="証明書の確認が終わり、有効になりました。以後の優先情報はこの証明書に宛てて暗号化されます。",
        en="Your certificate was confirmed and is active. Priority information is encrypted to it from now.",
    ),
    "certificate-refused": Letter(
        ja="証明書の指紋を確認できなかったため、受け付けませんでした。次のページから新しい証明書を登録してください。",
        en="The fingerprint of your certificate could not be confirmed. Upload a new one on this page.",
    ),
}
