"""What a document says is shown as its words: it is no HTML of ours, and no format of ours."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.accounts.models import Role
from hub.core.instance import Instance
from tests.support import advisories
from tests.support.browser import Browser

SAMPLE = Path(__file__).parents[1] / "formats" / "samples" / "icsa-22-221-03.json"
HOSTILE = '<form id="hostile" action="https://example.net/">100% of %(name)s %E</form>'


def document(**head: object) -> dict[str, tuple[io.BytesIO, str]]:
    tree = json.loads(SAMPLE.read_text(encoding="utf-8"))
    tree["document"] |= head
    return {"document": (io.BytesIO(json.dumps(tree).encode()), "advisory.json")}


@pytest.fixture
def coordinator(instance: Instance, client_as: Callable[[object], Browser]) -> Browser:
    with instance.db.transaction() as session:
        advisories.make_body(session)
    return client_as(Role.COORDINATOR)


def test_the_reasons_of_a_refusal_are_the_documents_words(coordinator: Browser) -> None:
    answer = coordinator.post_form("/advisories/import", document(lang=HOSTILE))
    assert answer.status_code == 422
    assert "100% of %(name)s %E" in answer.text
    assert 'id="hostile"' not in answer.text


def test_what_was_left_of_a_document_is_shown_as_its_words(coordinator: Browser) -> None:
    publisher = {"category": "vendor", "name": HOSTILE, "namespace": "https://example.com"}
    notes = [{"category": "other", "title": HOSTILE, "text": HOSTILE}]
    answer = coordinator.post_form(
        "/advisories/import", document(publisher=publisher, notes=notes, title=HOSTILE)
    )
    assert answer.status_code == 303
    for page in (answer.location, answer.location.removesuffix("/imported")):
        shown = coordinator.get(page)
        assert shown.status_code == 200
        assert "100% of %(name)s %E" in shown.text
        assert 'id="hostile"' not in shown.text
