"""Plain mail about questions: that there is one, or that one was answered, never what."""

from hub.core.letters import Letter

LETTERS = {
    "question-asked": Letter(
        ja="お知らせについて、申請組織から質問が届きました。サインインして内容を確認し、回答してください。",
        en="A body has asked a question about a notice. Sign in to read and answer it.",
    ),
    "question-answered": Letter(
        ja="貴組織に届いているお知らせについて、質問への回答が掲載されました。次のページにサインインして確認してください。",
        en="A question about a notice that has reached your body was answered. Sign in here to read it.",
    ),
}
