"""Mail about a certificate."""

from hub.core.letters import Letter

LETTERS: dict[str, Letter] = {
    "certificate-active": Letter(
        ja="証明書の確認が終わり、有効になりました。以後の優先情報はこの証明書に宛てて暗号化されます。",
        en="Your certificate was confirmed and is active. Priority information is encrypted to it from now.",
    ),
    "certificate-refused": Letter(
        ja="証明書のフィンガープリントを確認できなかったため、受け付けませんでした。次のページから新しい証明書を登録してください。",
        en="The fingerprint of your certificate could not be confirmed. Upload a new one on this page.",
    ),
    "certificate-ended": Letter(
        ja="登録された証明書は使用できなくなりました。優先情報をお送りできるよう、新しい証明書を登録してください。",
        en="Your certificate cannot be used any more. Upload a new one, so that notices reach you.",
    ),
    "certificate-expiring": Letter(
        ja="登録された証明書の有効期限が近づいています。期限を延長するか、新しい証明書を登録してください。",
        en="Your certificate expires soon. Extend it or upload a new one.",
    ),
    "deputy-certificate-ended": Letter(
        ja="貴組織の連絡窓口の証明書が使用できなくなりました。優先情報をお送りできるよう、新しい証明書の登録を本人に依頼してください。",
        en="The certificate of a contact of your body cannot be used any more. See to it that the contact "
        "uploads a new one, so that notices arrive.",
    ),
    "deputy-certificate-expiring": Letter(
        ja="貴組織の連絡窓口の証明書の有効期限が近づいています。期限の延長又は新しい証明書の登録を本人に依頼してください。",
        en="The certificate of a contact of your body expires soon. See to it that the contact extends it "
        "or uploads a new one.",
    ),
    "hub-key-expiring": Letter(
        ja="ハブの署名用副鍵の有効期限が近づいています。"
        "管理者は、期限の前に priority-hub keys rotate で更新してください。",
        en="The hub's signing subkey expires soon. An administrator renews it before its "
        "end with `priority-hub keys rotate`.",
    ),
    "hub-key-ended": Letter(
        ja="ハブの署名用副鍵の有効期限が切れ、優先情報を送信できません。"
        "管理者は直ちに priority-hub keys rotate で更新してください。",
        en="The hub's signing subkey has ended, and nothing can be sent. An administrator renews it with "
        "`priority-hub keys rotate` at once.",
    ),
    "hub-key-rotated": Letter(
        ja="ハブの署名用副鍵を更新しました。次のページからハブの証明書を取り込み直してください。主鍵のフィンガープリントは変わりません。変わっている場合は取り込まず、電話でご連絡ください。",
        en="The hub has renewed its signing subkey. Fetch its certificate again from this page. The "
        "fingerprint of the primary key does not change; if it did, do not import it, and call us.",
    ),
}
