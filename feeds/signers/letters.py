"""What staff are told in clear about the people whose passkeys count."""

from hub.core.letters import Letter

LETTERS = {
    "signer-coming": Letter(
        ja="優先情報に署名できる担当者のパスキーの変更が、2名の署名により手続に入りました。"
        "心当たりがない場合は、効力が生じる前に直ちに運用管理者へ連絡してください。",
        en="Two people have signed a change of whose passkeys may sign priority information. If you do not"
        " know of it, call the administrators at once, before it counts.",
    ),
    "signer-refused": Letter(
        ja="署名できる担当者のパスキーの変更を、有効な2名の署名がないため拒否しました。"
        "データベースが改ざんされたおそれがあります。直ちに確認してください。",
        en="A change of whose passkeys may sign was refused, as two people have not validly signed it. The"
        " database may have been tampered with. Look at it at once.",
    ),
}
