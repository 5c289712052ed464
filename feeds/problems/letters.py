"""Mail about problems of the trial operation."""

from hub.core.letters import Letter

LETTERS: dict[str, Letter] = {
    "problem-told": Letter(
        ja="試行運用で生じた問題の報告がありました。次のページで確認してください。",
        en="A problem of the trial operation was reported. Look at it on this page.",
    ),
}
