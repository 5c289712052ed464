"""One drill before anything real is sent: begun by a coordinator, opened with gpg, answered on the page."""

import re
from collections.abc import Sequence

from hub.demo.connecting import Entering
from hub.demo.errors import ProofError
from hub.demo.stage import Stage

CODE = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")
HOURS = "24"


def hold(stage: Stage, entering: Sequence[Entering], body_ids: Sequence[str]) -> None:
    """Hold a drill for bodies in preparation, and see on the coordinators' page that each has passed.

    Raises:
        ProofError: a body did not pass, or the opened mail holds no receipt code.

    """
    pages = stage.of_role("coordinator").pages
    pages.fill({"bodies": list(body_ids), "hours": HOURS}, at="/drills/new")
    page = pages.path
    tracking_id = page.rpartition("/")[2]
    for each in entering:
        _pass(each, tracking_id)
    pages.open(page)
    rows = [pages.row(each.filed.part.name, "合格") for each in entering]
    stage.transcript.step(
        "JPCERT/CC",
        f"holds drill {tracking_id} for {len(entering)} bodies; each contact opens it and answers",
        proof="gpg",
    )
    stage.transcript.text(f"handed over, fetched, opened, answered: {rows[0]}")


def _pass(entering: Entering, tracking_id: str) -> None:
    found = CODE.search(entering.letterbox.drill(tracking_id))
    if found is None:
        raise ProofError("gpg opens the drill", "the mail holds no receipt code")
    pages, page = entering.contact.pages, f"/drills/ours/{tracking_id}"
    pages.fill({"code": found[0]}, at=page, action="/receipt")
    pages.press(button="received")
