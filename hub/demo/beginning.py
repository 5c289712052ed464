"""How the play begins: an instance is made, the administrator sets up, staff are invited."""

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
