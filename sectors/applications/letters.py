"""Mail about an application; it says that something happened, never what was written."""

from hub.core.letters import Letter

LETTERS: dict[str, Letter] = {
    "application-received": Letter(
        ja="優先情報提供の申請書を受け付けました。受付番号と審査の状況は次のページで確認できます。",
        en="Your application has arrived. Its receipt number and the state of its review are on this page.",
    ),
    "application-returned": Letter(
        ja="申請書を補正のため差し戻しました。次のページで指摘事項を確認し、補正のうえ再提出してください。",
        en="Your application was returned for correction. Read the remarks on this page, correct it and "
        "submit it again.",
    ),
    "application-refused": Letter(
        ja="申請書の形式審査が終わりました。要件を満たしていないため受理できません。該当する要件は次のページで確認できます。",
        en="The formal review of your application is over. It cannot be accepted; the condition that is not "
        "met is named on this page.",
    ),
    "application-accepted": Letter(
        ja="申請書を受理しました。続いて秘密保持契約のひな形をお送りします。",
        en="Your application was accepted. A sample of the agreement will follow.",
    ),
    "application-not-taken": Letter(
        ja="提出された申請書の形式審査がまだ始まっていません。次のページで審査を開始してください。",
        en="The formal review of an application has not begun yet. Please take it for review on this page.",
    ),
    "application-overdue": Letter(
        ja="申請書の形式審査の期限が過ぎています。次のページで審査を終えてください。",
        en="The formal review of an application is overdue. Please finish it on this page.",
    ),
    "application-still-returned": Letter(
        ja="差し戻した申請書の補正をお待ちしています。次のページで指摘事項を確認し、補正のうえ再提出してください。",
        en="Your returned application is waiting for its correction. Read the remarks on this page, correct "
        "it and submit it again.",
    ),
    "application-not-filed": Letter(
        ja="記入途中の申請書があります。まだ提出されていません。次のページで続きを記入し、提出してください。",
        en="You have begun to fill in an application, which is not submitted yet. Please go on on this page.",
    ),
    "application-draft-ending": Letter(
        ja="記入途中の申請書は、このまま保存されない場合、まもなく削除されます。続ける場合は次のページで保存してください。",
        en="The application that you have begun to fill in will be removed soon unless you save it again on "
        "this page.",
    ),
    "application-submitted": Letter(
        ja="優先情報提供の申請書が提出されました。次のページで形式審査を行ってください。",
        en="An application was submitted. Please review it on this page.",
    ),
}
