"""How long what is over is kept, in days: told by HUB_KEEP_* variables; 0 keeps it for ever."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from hub.core.errors import ConfigurationError

LONGEST = 36_525  # days: a hundred years
SHORTEST_WARNING = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Days from the end of what a record is about until it is destroyed; `warning`: told so long ahead."""

    drafts: int = 365
    copies: int = 365
    attachments: int = 1826
    log: int = 1826
    warning: int = 30

    def __post_init__(self) -> None:
        for each in fields(self):
            days = getattr(self, each.name)
            if not 0 <= days <= LONGEST:
                raise ConfigurationError(f"{_variable(each.name)} must be 0 to {LONGEST} days")
        if self.warning < SHORTEST_WARNING:
            raise ConfigurationError(f"HUB_KEEP_WARNING_DAYS must be {SHORTEST_WARNING} or more")
        if 0 < self.log < self.warning:
            raise ConfigurationError("HUB_KEEP_LOG_DAYS must not be shorter than HUB_KEEP_WARNING_DAYS")
        if 0 < self.log < self.drafts:  # the log tells when somebody last wrote on a draft
            raise ConfigurationError("HUB_KEEP_LOG_DAYS must not be shorter than HUB_KEEP_DRAFTS_DAYS")

    @property
    def ahead(self) -> timedelta:
        """How long before its destruction people are told."""
        return timedelta(days=self.warning)


def periods_from(env: Mapping[str, str]) -> Periods:
    """Read HUB_KEEP_DRAFTS_DAYS and the others.

    Raises:
        ConfigurationError: one is no whole number of days, or too large.

    """
    asked = {each.name: env.get(_variable(each.name)) for each in fields(Periods)}
    told = {name: value for name, value in asked.items() if value is not None}
    for name, value in told.items():
        if not (value.isascii() and value.isdigit()):
            raise ConfigurationError(f"{_variable(name)} must be a whole number of days")
    return Periods(**{name: int(value) for name, value in told.items()})


def _variable(name: str) -> str:
    return f"HUB_KEEP_{name.upper()}_DAYS"
