"""Reports of mail servers that a mail could not be delivered, as Postfix writes them."""

WORDS = "host mx.example.jp said: 550 5.1.1 <b>kingfisher-7431</b> user unknown"


def report(
    *,
    to: str,
    action: str = "failed",
    status: str = "5.1.1",
    returned: bytes = b"",
    recipient: str = "contact@power.example.jp",
) -> bytes:
    """Return a report to a return path; `returned` is the head of the mail that came back."""
    return f"""\
From: MAILER-DAEMON@mail.hub.example.jp (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN=_01/mail"

--9B095B5ADSN=_01/mail
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system. I'm sorry to have to inform you:

<{recipient}>: {WORDS}

--9B095B5ADSN=_01/mail
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.hub.example.jp
X-Postfix-Queue-ID: 9B095B5ADSN

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {WORDS}

--9B095B5ADSN=_01/mail
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned.decode()}
--9B095B5ADSN=_01/mail--
""".encode()
