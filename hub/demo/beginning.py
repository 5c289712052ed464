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


def invite_staff(stage: Stage, invitation: str) -> None:
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
