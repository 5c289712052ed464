"""Plain mail to staff about incidents: that one was reported, never what."""

from hub.core.letters import Letter

LETTERS = {
    "incident-reported": Letter(
        ja="申請組織から、情報の取扱いに関する報告が届きました。サインインして、直ちに内容を確認してください。",
        en="A body has reported an incident about the handling of information. Sign in and read it at once.",
    ),
}
