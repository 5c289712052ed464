"""What administrators and auditors are told in clear about the log."""

from hub.core.letters import Letter

LETTERS = {
    "audit-forged": Letter(
        ja="監査ログに、ハブが書いていない記録があります。データベースが改ざんされたおそれがあります。"
        "直ちに priority-hub audit verify で確認してください。",
        en="The audit log holds a row that the hub has not written. The database may have been tampered with."
        " Look at it at once with: priority-hub audit verify",
    ),
    "audit-not-signed": Letter(
        ja="本日の監査ログに署名できませんでした。ハブの署名鍵とワーカーを確認してください。署名は再試行されます。",
        en="Today's head of the audit log could not be signed. Look at the hub's signing key and the worker."
        " It is tried again.",
    ),
    "audit-not-mailed": Letter(
        ja="本日の監査ログの署名を、証人へメールで送れませんでした。宛先（HUB_AUDIT_WITNESSES）とメールサーバーを"
        "確認してください。送信は再試行されますが、宛先が拒否された場合は再試行されません。",
        en="Today's signed head of the audit log could not be mailed to a witness. Look at the address"
        " (HUB_AUDIT_WITNESSES) and the mail server. It is tried again, unless the address was refused.",
    ),
}
