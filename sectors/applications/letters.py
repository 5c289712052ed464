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
    "application-submitted": Letter(
        ja="優先情報提供の申請書が提出されました。次のページで形式審査を行ってください。",
        en="An application was submitted. Please review it on this page.",
    ),
}
