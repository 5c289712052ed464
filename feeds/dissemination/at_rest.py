"""How a package and the text of its mail lie in the database: sealed, each bound to its row."""

import uuid

from feeds.dissemination.models import MemberPackage
from hub.core.errors import NotFoundError
from hub.core.vault import Place, Vault


def place(package_id: uuid.UUID, column: str) -> Place:
    """Return where a value of a package lives."""
    return Place(table="member_package", row=package_id, column=column)


def document_of(package: MemberPackage, *, vault: Vault) -> bytes:
    """Return the files.

    Raises:
        NotFoundError: it was not made yet.

    """
    return _opened(package, "document", package.document, vault=vault)


def mail_of(package: MemberPackage, *, vault: Vault) -> str:
    """Return the text of the mail.

    Raises:
        NotFoundError: it was not made yet.

    """
    return _opened(package, "mail", package.mail, vault=vault).decode()


def _opened(package: MemberPackage, column: str, sealed: bytes | None, *, vault: Vault) -> bytes:
    if sealed is None:
        raise NotFoundError("the package is not made yet")
    return vault.open(sealed, place=place(package.id, column))
