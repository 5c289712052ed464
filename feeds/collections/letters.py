"""What a body's contacts are told about its TAXII clients: that something happened, never what they read."""

from hub.core.letters import Letter

LETTERS = {
    "client-added": Letter(
        ja=(
            "貴組織の TAXII クライアントのトークンが新しく発行されました。"
            "心当たりがない場合は、次のページで直ちに失効させてください。"
        ),
        en="A token for a new TAXII client of your body was made. If none of you did so, revoke it here.",
    ),
    "client-revoked": Letter(
        ja=(
            "貴組織の TAXII クライアントのトークンが失効しました。"
            "このトークンでは、以後、優先情報を取得できません。"
        ),
        en="The token of a TAXII client of your body was revoked. It fetches nothing any more.",
    ),
    "client-expiring": Letter(
        ja=(
            "貴組織の TAXII クライアントのトークンの有効期限が近づいています。"
            "新しいトークンを発行し、ツールの設定を変更してください。"
        ),
        en="The token of a TAXII client of your body expires soon. Make a new one and give it to your tool.",
    ),
    "client-elsewhere": Letter(
        ja=(
            "貴組織の TAXII クライアントのトークンが、登録されていない接続元から使用されたため、"
            "接続を拒否しました。トークンが漏えいしたおそれがある場合は、次のページで失効させてください。"
        ),
        en=(
            "The token of a TAXII client of your body came from a place that is not registered, and was "
            "refused. If it may have leaked, revoke it here."
        ),
    ),
}
