"""A certificate's challenge: the one thing ever sealed to an unconfirmed certificate, mailed to its owner."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from feeds.delivery import bounces
from feeds.delivery.sealed_mail import Letter, domain_of, list_id, sealed_mail
from feeds.formats.mail_headers import Headers, message_id
from feeds.formats.subject import MailKind, outer_subject
from hub.core.errors import IllegalMoveError
from hub.core.instance import Instance
from keys import queries as keys
from keys import service as certificates

TEXT = """証明書の秘密鍵をお持ちであることを確認するための確認コードです。
24時間以内に次のページで入力してください。

確認コード / Challenge: {challenge}

{link}

This challenge proves that you hold the secret key of your certificate.
Type it on the page above within 24 hours.
"""


def send_challenge(hub: Instance, values: Mapping[str, str], now: datetime) -> None:
    """Make, seal and mail a challenge; the job `certificate.challenge`. An earlier one is void."""
    certificate_id = uuid.UUID(values["certificate_id"])
    with hub.db.transaction() as session:
        certificate = keys.certificate(session, certificate_id)
        try:
            challenge = certificates.set_challenge(session, certificate_id, now=now, token_key=hub.token_key)
        except IllegalMoveError:
            return  # answered or ended meanwhile: there is nothing to prove any more
    subject = outer_subject(MailKind.ACTION)
    outside = Headers(
        sender=hub.config.mail.sender,
        to=certificate.email,
        subject=subject,
        date=now,
        message_id=message_id(
            hub.token_key,
            advisory=f"{certificate_id}/{now.isoformat()}",
            revision=0,
            recipient=certificate.email,
            kind=MailKind.ACTION,
            domain=domain_of(hub.config),
        ),
        list_id=list_id(hub.config),
    )
    text = TEXT.format(challenge=challenge, link=f"{hub.config.base_url}/certificates")
    letter = Letter(subject=f"{subject}: 確認コード", text=text)
    message = sealed_mail(letter, outside, certificate=certificate, config=hub.config, now=now)
    bounces.send_letter(hub, message, to=certificate.email, now=now)
