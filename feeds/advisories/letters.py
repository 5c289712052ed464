"""Plain mail to staff about advisories: that there is something to do, never what."""

from hub.core.letters import Letter

LETTERS = {
    "advisory-consultation": Letter(
        ja="優先情報提供について、IPAとしての協議の記録をお願いする案件があります。サインインして内容を確認してください。",
        en="A matter waits for IPA's consultation about priority information provision. Sign in to see it.",
    ),
    "advisory-approval": Letter(
        ja="別の担当者による承認を待っている優先情報があります。サインインして内容を確認してください。",
        en="A priority notice waits for approval by a second person. Sign in to see it.",
    ),
    "publication-hour": Letter(
        ja="公表日時を迎えた案件があります。サインインして、実際に公表された内容を確認してください。",
        en="A publication hour has come. Sign in and confirm what was in fact published.",
    ),
    "leak-recorded": Letter(
        ja="至急確認していただきたい記録が追加されました。サインインして内容を確認してください。",
        en="A record was added that needs your attention at once. Sign in to read it.",
    ),
}
