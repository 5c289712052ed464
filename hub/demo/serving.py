"""`--serve`: who can sign in, with what, and what to try; then waiting until it is interrupted."""

import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from hub.demo.children import Child
from hub.demo.errors import DemoError
from hub.demo.people import Person, code_for
from hub.demo.transcript import Transcript

TRY = {
    "applicant": "follow the application and the agreement",
    "contact": "read a notice under Notices, make a TAXII client, look at the certificate",
    "reviewer": "Formal review: accept the application that waits; Consultations",
    "coordinator": "draft an advisory; the other coordinator releases it; Delivery",
    "auditor": "read who did what in the Audit log",
    "administrator": "invite or disable people under Accounts",
}
CHECK_EVERY = 2.0  # seconds between two looks at the processes


class Interrupted(DemoError):  # noqa: N818 - it tells what happened, which is no error while serving
    """Somebody asked the demo to end."""


def end_on_signals() -> None:
    """Let SIGTERM and SIGINT unwind everything that was begun, so that every child process ends."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGINT, _interrupt)


def show_people(transcript: Transcript, base_url: str, people: Sequence[Person]) -> None:
    """Show the table of people; each code works once, and the present one is still unused."""
    transcript.chapter(f"Sign in at {base_url}/sign-in")
    head = ("role", "address", "password", "code now", "key for an authenticator", "what to try")
    rows = [
        (each.role, each.email, each.password, code_for(each), each.totp_secret, TRY[each.role])
        for each in people
    ]
    transcript.table(head, rows)


def serve_until_interrupted(transcript: Transcript, children: Sequence[Child]) -> None:
    """Keep everything running until SIGINT or SIGTERM.

    Raises:
        DemoError: a child process ended by itself.

    """
    transcript.text("Ctrl-C ends the demo and all its processes.")
    with suppress(Interrupted):
        while True:
            for child in children:
                child.must_run()
            threading.Event().wait(CHECK_EVERY)


def _interrupt(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what `signal` hands in
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)  # a second one must not cut the ending short
    raise Interrupted(f"ended by {signal.Signals(signum).name}")
