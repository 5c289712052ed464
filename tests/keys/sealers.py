"""A process that seals to the certificates of a database as they stand at that instant.

It writes one line of JSON: how many sealings failed, and one message with whom it is for.
"""

import base64
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from keys.hubkey import load_signer
from keys.models import ContactCertificate
from keys.sealing import CertificateUnusableError, SealingFailedError, seal
from tests.keys.workshop import GPG
from tests.support import databases

LATEST = sa.select(ContactCertificate).order_by(ContactCertificate.uploaded_at.desc()).limit(10)


def main() -> None:
    url, home, certificate_file, number = sys.argv[1:]
    db = databases.database(databases.engine_for(url))
    signer = load_signer(signing_home=Path(home), certificate_file=Path(certificate_file), gpg=GPG)
    failed, sample = 0, ("", b"")
    for place in range(int(number)):
        with db.reading() as session:
            rows = session.scalars(LATEST).all()
        row = rows[place % len(rows)]
        try:
            message = seal(b"pump 7", certificate=row, signer=signer, now=datetime.now(UTC))
        except (CertificateUnusableError, SealingFailedError):
            failed += 1
        else:
            sample = (row.email, message)
    email, message = sample
    said = {"failed": failed, "for": email, "message": base64.b64encode(message).decode()}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
