"""All checks, in the order in which somebody would look."""

from collections.abc import Iterator
from datetime import datetime

from hub.core.config import Config
from hub.doctor import hub, machine
from hub.doctor.finding import Finding


def look(config: Config, *, now: datetime) -> Iterator[Finding]:
    """Give one finding after another; what fails keeps nobody from looking at the rest."""
    yield machine.gpg(config)
    yield machine.secrets(config)
    yield machine.signing_home(config)
    yield hub.signing_key(config, now=now)
    yield hub.signers(config)
    yield from hub.database(config, now=now)
    yield machine.mail(config)
    yield machine.counters(config)
    yield from machine.disks(config)
