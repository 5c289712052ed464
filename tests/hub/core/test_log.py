"""Logs: one JSON object a line, and a planted word of content never among it."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable

from hub.core.log import JsonLines

WORD = "kingfisher-7431"


def line_of(error: BaseException | None = None, **facts: object) -> dict[str, object]:
    record = logging.getLogger("hub.test").makeRecord(
        "hub.test",
        logging.WARNING,
        __file__,
        1,
        "job failed",
        (),
        (type(error), error, error.__traceback__) if error else None,
        extra=facts,
    )
    written = JsonLines().format(record)
    assert "\n" not in written
    line: dict[str, object] = json.loads(written)
    return line


def raised(fail: Callable[[], object]) -> Exception:
    try:
        fail()
    except Exception as error:  # noqa: BLE001 - any that the test raises
        return error
    raise AssertionError("nothing was raised")


def test_a_line_tells_when_what_and_the_facts() -> None:
    line = line_of(job=7, kind="letter")
    assert (line["message"], line["level"], line["logger"]) == ("job failed", "warning", "hub.test")
    assert (line["job"], line["kind"]) == ("7", "letter")
    assert str(line["at"]).endswith("+00:00")


def test_the_text_of_an_exception_is_never_written() -> None:
    line = line_of(raised(lambda: int(f"x{WORD}")))
    assert line["error"] == "ValueError"
    assert line["where"]
    assert WORD not in json.dumps(line)


def test_the_text_of_a_cause_is_never_written() -> None:
    def fail() -> None:
        try:
            int(WORD)
        except ValueError as error:
            raise LookupError(WORD) from error

    assert WORD not in json.dumps(line_of(raised(fail)))


def test_a_new_line_in_a_fact_forges_no_second_entry() -> None:
    line = line_of(path='/x\n{"level": "info", "message": "signed in"}')
    assert line["message"] == "job failed"


def test_a_process_that_started_logging_writes_only_such_lines() -> None:
    program = (
        "import logging\n"
        "from hub.core.log import start_logging\n"
        "start_logging()\n"
        "try:\n"
        f"    raise ValueError('{WORD}')\n"
        "except ValueError:\n"
        "    logging.getLogger('any.library').exception('fault')\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    [line] = run.stderr.splitlines()
    assert json.loads(line)["error"] == "ValueError"
    assert WORD not in run.stderr + run.stdout
