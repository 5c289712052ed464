"""What people are told in clear about deliveries: that something waits, never what."""

from hub.core.letters import Letter

LETTERS = {
    "delivery-held": Letter(
        ja="貴組織あてのお知らせが保留されています。使用できる証明書が登録されているか、次のページで確認してください。",
        en="Something for your body is held back. Check here that a usable certificate is registered.",
    ),
}
