"""The kinds of promised work, and the problems that end it, as people read them."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

KINDS: dict[str, LazyString] = {
    "account.invitation": _l("Invitation to an account"),
    "agreement.sample": _l("Sample agreement by mail"),
    "bounces.read": _l("Looking for returned mail"),
    "certificate.challenge": _l("Challenge by encrypted mail"),
    "certificate.ended": _l("Letter that a certificate has ended"),
    "certificate.expiring": _l("Letter that a certificate ends soon"),
    "certificate.usable": _l("Sending on what waited for a certificate"),
    "certificates.watch": _l("Nightly look at certificates"),
    "client.elsewhere": _l("Letter that a token is used from elsewhere"),
    "clients.watch": _l("Nightly look at TAXII clients"),
    "copy.seal": _l("Sealed copy for a body's tools"),
    "drill.copy": _l("Sealed copy of a drill"),
    "drill.mail": _l("Drill by encrypted mail"),
    "drafts.sweep": _l("Nightly removal of what was typed and not saved"),
    "heartbeat.round": _l("Preparing the heartbeats"),
    "heartbeat.seal": _l("Heartbeat for a body's tools"),
    "hub-key.watch": _l("Look at the hub's own key"),
    "letter": _l("Letter by mail"),
    "mail.seal": _l("Notice by encrypted mail"),
    "passkeys.pin": _l("Change of a signing passkey that takes effect"),
    "publication.hour": _l("Look whether the publication hour has come"),
    "release.copies": _l("Preparing the deliveries of a release"),
    "release.lifted": _l("Publishing lifted parts"),
    "releases.watch": _l("Nightly comparison of releases with what was signed"),
    "reminder.mail": _l("Reminder by encrypted mail"),
    "reminders.look": _l("Looking who is to be reminded"),
    "telephone.count": _l("Change of a telephone number that takes effect"),
}

PROBLEMS: dict[str, LazyString] = {
    "MailRefusedError": _l("The mail server refused it for good"),
    "ConnectionRefusedError": _l("The mail server did not answer"),
    "SMTPServerDisconnected": _l("The mail server did not answer"),
    "SMTPSenderRefused": _l("The mail server does not let the hub send"),
    "SMTPAuthenticationError": _l("The mail server does not let the hub send"),
    "SSLCertVerificationError": _l("The mail server's TLS certificate is not to be trusted"),
    "TimeoutError": _l("The mail server did not answer"),
    "WorkerDied": _l("The worker stopped each time"),
}
