"""The one way out for mail: finished bytes to one recipient in one SMTP transaction."""

import smtplib
import ssl

from hub.core.config import Mail


class MailRefusedError(Exception):
    """The server refused this recipient or message for good (SMTP 5xx)."""


def send(message: bytes, *, to: str, mail: Mail) -> None:
    """Hand one message to the mail server.

    Raises:
        MailRefusedError: a permanent refusal; trying again will not help.
        OSError, smtplib.SMTPException: the server is away or busy; try again later.

    """
    with _connection(mail) as server:
        if mail.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.username and mail.password_file:
            server.login(mail.username, mail.password_file.read_text(encoding="utf-8").strip())
        try:
            server.sendmail(mail.sender, [to], message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, _ = refused.recipients[to]
            _raise_for(code)
            raise
        except smtplib.SMTPResponseException as refused:
            _raise_for(refused.smtp_code)
            raise


def _connection(mail: Mail) -> smtplib.SMTP:
    if mail.tls == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout, context=context)
    return smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout)


def _raise_for(code: int) -> None:
    if 500 <= code < 600:  # noqa: PLR2004 - RFC 5321, 4.2.1: permanent negative completion
        raise MailRefusedError(f"the mail server answered {code}")
