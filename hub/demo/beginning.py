"""How the play begins: an instance is made, the administrator sets up, staff are invited."""

from feeds.signers import console
from hub.core.clock import system_clock
from hub.core.config import Config
from hub.demo import cast
from hub.demo.stage import Stage
from hub.setup import Initialised, initialise


def make_instance(config: Config) -> Initialised:
    """Make the hub's instance, as `priority-hub init` does."""
    _, email, _ = cast.STAFF[0]
    return initialise(config, administrator=email, now=system_clock())


def welcome(stage: Stage, made: Initialised) -> None:
    """Tell what was made, and let the staff in."""
    tell = stage.transcript.step
    tell("operator", f"makes an instance; its key, to be pinned by recipients: {made.fingerprint}")
    tell("operator", f"starts web and worker; pages at {stage.base_url}", proof="an HTTP request")
    _invite_staff(stage, made.invitation or "")
    _pin_passkeys(stage)


def _invite_staff(stage: Stage, invitation: str) -> None:
    """Let the administrator set up the account and invite the others, who set up theirs from the mail."""
    tell = stage.transcript.step
    (_, email, name), *others = cast.STAFF
    administrator = stage.person("administrator", email, name)
    administrator.set_up(invitation)
    tell(f"{name} (administrator)", "sets up the first account, with a second factor")
    for role, email, name in others:
        stage.person(role, email, name)
        administrator.pages.fill({"email": email, "name": name, "role": role}, at="/accounts")
    for person in stage.people[1:]:
        stage.invited(person)
    tell(
        "IPA, JPCERT/CC",
        f"{len(others)} invited people set up their accounts",
        proof="the SMTP server's maildir",
    )


def _pin_passkeys(stage: Stage) -> None:
    """Let those who sign register passkeys, and pin these at the console."""
    signing = [person for person in stage.people if person.role == "coordinator"]
    for person in signing:
        person.add_passkey()
    for person in signing:
        with stage.hub.db.transaction() as session:
            [entry] = console.candidates(session, person.email)
            console.pin(session, entry, config=stage.hub.config, now=system_clock())
    stage.transcript.step(
        "operator", f"pins the passkeys of {len(signing)} coordinators in the signing machine's own file"
    )
