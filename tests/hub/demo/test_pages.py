"""A person of the demo who is asked again who they are proves it, and goes on where they were."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask, redirect, request
from werkzeug import Response
from werkzeug.serving import make_server

from hub.demo.errors import DemoError
from hub.demo.pages import CONFIRMING, Pages

CODE = "123456"
FORM = '<main><h1>{}</h1><form method="post"><input name="{}"></form></main>'
ASKS = f'<main><h1>Tokens</h1><a href="{CONFIRMING}?next=/tokens">confirm</a></main>'


def site() -> Flask:
    """Return a hub that wants to be sure, on a page of its own and in place of a form."""
    app, sure, taken = Flask("asking"), set[str](), list[str]()

    @app.route("/keys", methods=["GET", "POST"])
    def keys() -> str | Response:
        if "keys" not in sure:
            sure.add("keys")
            return redirect(f"{CONFIRMING}?next=/keys")
        taken.extend(request.form.values())
        return FORM.format("Keys " + " ".join(taken), "key")

    @app.get("/tokens")
    def tokens() -> str:
        return FORM.format("Tokens", "token") if "tokens" in sure else ASKS

    @app.route(CONFIRMING, methods=["GET", "POST"])
    def again() -> str | Response:
        if request.form.get("code") == CODE:
            sure.add(request.args["next"].strip("/"))
            return redirect(request.args["next"])
        error = '<p class="govuk-error-message">wrong</p>' if request.form else ""
        return FORM.format(f"Again {error}", "code")

    return app


@pytest.fixture
def pages() -> Iterator[Pages]:
    server = make_server("127.0.0.1", 0, site(), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    opened = Pages(f"http://127.0.0.1:{server.server_port}")
    yield opened
    opened.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_form_behind_the_question_is_filled_after_it(pages: Pages) -> None:
    pages.code = lambda: CODE
    pages.fill({"key": "typed"}, at="/keys")
    assert pages.heading() == "Keys typed"


def test_a_page_that_asks_in_place_of_its_form_gets_the_form(pages: Pages) -> None:
    pages.code = lambda: CODE
    pages.open("/tokens")
    assert pages.page.select_one('[name="token"]')


def test_a_wrong_code_ends_the_play(pages: Pages) -> None:
    pages.code = lambda: "000000"
    with pytest.raises(DemoError, match="wrong"):
        pages.open("/keys")
