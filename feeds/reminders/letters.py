"""What people are told in clear where no sealed reminder can reach them: that something waits, never what."""

from hub.core.letters import Letter

LETTERS = {
    "notice-unanswered": Letter(
        ja="貴組織からの回答を待っているお知らせがあります。暗号化してお送りできる証明書がないため、"
        "次のページにサインインして確認し、回答してください。",
        en="Something waits for an answer of your body. As no certificate of yours can be used, "
        "sign in here to read and answer it.",
    ),
}
