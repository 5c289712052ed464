"""What staff are told in clear about records whose period is nearly over."""

from hub.core.letters import Letter

LETTERS = {
    "retention-coming": Letter(
        ja="保存期間が満了する記録があり、まもなく破棄されます。調査等のため残す必要がある場合は、"
        "期日までに理由を付けて破棄を保留してください。",
        en="The period of some records is nearly over: they will be destroyed soon. If any is still needed,"
        " hold it before its day, with the reason.",
    ),
}
