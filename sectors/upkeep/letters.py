"""Mail to bodies about their contacts, attestations and the yearly look at what is recorded of them."""

from hub.core.letters import Letter

LETTERS: dict[str, Letter] = {
    "contact-added": Letter(
        ja="貴組織の連絡窓口が追加されました。心当たりがない場合は、次のページでその連絡窓口を直ちに取り消してください。",
        en="A point of contact was added to a body. If you did not expect this, take the contact off at once "
        "on this page.",
    ),
    "contact-window": Letter(
        ja="貴組織の連絡窓口の担当が変更されました。次のページで確認してください。",
        en="A point of contact of a body was given another window. Look at it on this page.",
    ),
    "contact-left": Letter(
        ja="連絡窓口の1名が退任したものとして記録され、その方のアカウントと証明書は無効になりました。"
        "次のページで残りの連絡窓口を確認し、必要に応じてTAXIIのトークンを更新してください。",
        en="A point of contact is recorded as having left; the account and the certificates do not work any "
        "more. Look at the remaining contacts on this page, and renew TAXII tokens where needed.",
    ),
    "contact-unconfirmed": Letter(
        ja="招待済みの連絡窓口のうち、まだアカウントを設定していない方がいます。次のページで確認し、本人に設定を依頼してください。",
        en="A point of contact who was invited has not set up the account. See who on this page, and ask the "
        "person to do so.",
    ),
    "requirements-ending": Letter(
        ja="情報管理体制3要件の確認の期限が近づいています。期限を過ぎると優先情報をお送りできません。次のページで改めて確認してください。",
        en="The attestation of the three information-control requirements ends soon; without it no notice "
        "can be sent. Attest them anew on this page.",
    ),
    "requirements-lapsed": Letter(
        ja="情報管理体制3要件の確認の期限が過ぎたため、優先情報をお送りできません。次のページで至急確認してください。",
        en="The attestation of the three information-control requirements has lapsed, and no notice can be "
        "sent. Attest them anew on this page at once.",
    ),
    "check-due": Letter(
        ja="登録内容の年に一度の確認をお願いします。次のページで連絡窓口・会員事業者・体制に誤りがないか確認してください。",
        en="Once a year we ask: is everything still right? Look at your contacts, members and arrangements "
        "on this page.",
    ),
}
