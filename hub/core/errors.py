"""What can go wrong in a way that the caller can act on.

Every name ends in Error, and the docstring tells what is true when it is raised. `hub/web/errors.py`
turns each into one answer; anything that is not in this file is a fault of ours.
"""

from collections.abc import Mapping


class HubError(Exception):
    """A refusal; its text is a sentence for the person who asked."""


class NotFoundError(HubError):
    """The thing is not there, or the asker may not know that it is."""


class NotAllowedError(HubError):
    """The asker is known and may see the thing, but this act is another person's."""


class IllegalMoveError(HubError):
    """The life cycle has no such move from the present state; nothing was changed."""


class ConflictError(HubError):
    """Somebody else was faster, or the same thing exists already; nothing was changed."""


class InputError(HubError):
    """What was handed in cannot be taken; `problems` names each field with its sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems.items()))
        self.problems = dict(problems)


class ConfigurationError(HubError):
    """The instance is not set up so that it could start safely."""


class IncompleteError(ConfigurationError):
    """The instance lacks something that only this act needs; `missing` tells the operator what it is.

    Anybody may read the sentence; `missing`, a path for example, is for the log alone.
    """

    def __init__(self, sentence: str, *, missing: str) -> None:
        super().__init__(sentence)
        self.missing = missing
