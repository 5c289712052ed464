"""The life of a copy at its recipient, and every reason why something is put aside or alarmed."""

from enum import StrEnum


class State(StrEnum):
    """Where a copy stands."""

    ACCEPTED = "accepted"
    HANDED_ON = "handed-on"
    ACKNOWLEDGED = "acknowledged"
    PUT_ASIDE = "put-aside"


class Move(StrEnum):
    """What happens to it."""

    HAND_ON = "hand-on"
    ACKNOWLEDGE = "acknowledge"


MOVES = {
    (State.ACCEPTED, Move.HAND_ON): State.HANDED_ON,
    (State.HANDED_ON, Move.ACKNOWLEDGE): State.ACKNOWLEDGED,
}


class Reason(StrEnum):
    """Why an object of the collection is put aside; in the order of the checks."""

    NOT_SEALED = "not-sealed"
    PAYLOAD_HASH = "payload-hash"
    NOT_FOR_THIS_KEY = "not-for-this-key"
    DAMAGED = "damaged"
    UNSIGNED = "unsigned"
    WRONG_SIGNER = "wrong-signer"
    MALFORMED = "malformed"
    FORWARDED = "forwarded"
    REPLAYED = "replayed"
    OLDER_REVISION = "older-revision"
    STALE = "stale"
    BROKEN_CHAIN = "broken-chain"
    OLDER_HEARTBEAT = "older-heartbeat"

    @property
    def sentence(self) -> str:
        """Return what a person is told."""
        return SENTENCES[self]


SENTENCES = {
    Reason.NOT_SEALED: "This is not a sealed copy.",
    Reason.PAYLOAD_HASH: "The payload is not what its hash says.",
    Reason.NOT_FOR_THIS_KEY: "It is sealed to a key that is not here.",
    Reason.DAMAGED: "The sealed message is damaged.",
    Reason.UNSIGNED: "Nobody has signed it.",
    Reason.WRONG_SIGNER: "It is not signed by the hub's pinned key. If the hub has a new signing key, fetch "
    "its certificate anew.",
    Reason.MALFORMED: "What it holds has not the form of a notice.",
    Reason.FORWARDED: "It was made for another recipient.",
    Reason.REPLAYED: "It came before.",
    Reason.OLDER_REVISION: "A newer revision of this notice came before.",
    Reason.STALE: "Its time is over.",
    Reason.BROKEN_CHAIN: "It does not follow the copy before it.",
    Reason.OLDER_HEARTBEAT: "A newer heartbeat came before.",
}


class Alarm(StrEnum):
    """What a person must be told though no single object is at fault."""

    PUT_ASIDE = "put-aside"
    GAP = "gap"
    WITHHELD = "withheld"
    NO_HEARTBEAT = "no-heartbeat"
    HAND_OVER = "hand-over"
    HUB = "hub"
