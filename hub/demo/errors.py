"""What makes the demo fail: a step that could not be done, or a proof that does not hold."""

from hub.core.errors import HubError


class DemoError(HubError):
    """A step could not be done; the text names who, where and what was answered."""


class ProofError(DemoError):
    """A step was done, but an outside program does not confirm it; `proof` names which one."""

    def __init__(self, proof: str, reason: str) -> None:
        super().__init__(f"Proof failed: {proof}: {reason}")
        self.proof = proof
