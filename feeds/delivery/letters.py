"""What people are told in clear about deliveries: that something waits, never what."""

from hub.core.letters import Letter

LETTERS = {
    "mail-returned": Letter(
        ja="貴組織の連絡窓口の一つにメールが届かず、返送されました。次のページで登録内容を確認し、メールアドレスが使えるかどうかを本人に確かめてください。",
        en="Mail to one of your points of contact comes back. Check here that its mail address still works.",
    ),
    "delivery-held": Letter(
        ja="貴組織あてのお知らせが保留されています。使用できる証明書が登録されているか、次のページで確認してください。",
        en="Something for your body is held back. Check here that a usable certificate is registered.",
    ),
    "not-vouched": Letter(
        ja="署名を行うサーバーが、確認できない署名のためにデータの処理を拒否しました。データベースが改ざんされたおそれがあります。直ちに確認してください。",
        en="The signing machine has refused something that nobody has validly signed. The database may have"
        " been tampered with. Look at it at once.",
    ),
}
