"""Where a scanner is configured, an uploaded file leaves only after it was called clean."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, Response

from hub.app import build_app
from hub.core.errors import ConfigurationError
from hub.core.instance import Instance
from hub.core.scanning import command_of
from hub.web.access import anyone

FILE = b"%PDF-1.7 kingfisher-7431"
Serve = Callable[[str], Flask]


@pytest.fixture
def serve(instance: Instance, tmp_path: Path) -> Serve:
    """Serve an uploaded file behind a scanner of a few lines of shell."""

    def made(script: str) -> Flask:
        program = tmp_path / "scanner"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)
        app = build_app(
            replace(instance, config=replace(instance.config, scanner=(str(program),))), secret_key=b"s" * 32
        )

        def upload() -> Response:
            response = Response(FILE, content_type="application/pdf")
            response.headers["Content-Disposition"] = "attachment; filename=x.pdf"
            response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
            return response

        app.add_url_rule("/upload", "upload", anyone(upload))
        return app

    return made


def test_a_clean_file_is_handed_out_and_the_scanner_saw_all_of_it(serve: Serve, tmp_path: Path) -> None:
    answer = serve(f"cat > {tmp_path}/seen").test_client().get("/upload")
    assert (answer.status_code, answer.data) == (200, FILE)
    assert (tmp_path / "seen").read_bytes() == FILE


@pytest.mark.parametrize(
    ("script", "status"), [("cat >/dev/null; exit 1", 410), ("exit 2", 503), ("kill -9 $$", 503)]
)
def test_a_harmful_file_and_one_that_nobody_looked_at_stay(serve: Serve, script: str, status: int) -> None:
    answer = serve(script).test_client().get("/upload")
    assert answer.status_code == status
    assert b"kingfisher" not in answer.data
    assert "Content-Disposition" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_pages_are_not_looked_at(serve: Serve) -> None:
    assert serve("exit 1").test_client().get("/sign-in").status_code == 200


def test_a_scanner_that_the_path_would_choose_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="absolute"):
        command_of("clamdscan -")
    assert command_of("/usr/bin/clamdscan --no-summary -") == ("/usr/bin/clamdscan", "--no-summary", "-")
    assert command_of("") == ()
