"""The play from begin to end: start everything, let everybody act, prove what arrived, leave the document."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hub.core.config import Config
from hub.core.instance import open_instance
from hub.demo import beginning, cast, joining
from hub.demo.advising import csaf_title
from hub.demo.cast import BodyPart
from hub.demo.children import Child, environment, hub_running
from hub.demo.contract import Document
from hub.demo.errors import DemoError
from hub.demo.leaving import document_of
from hub.demo.mailserver import free_port, mail_server
from hub.demo.place import taken
from hub.demo.promises import wait_until_kept
from hub.demo.providing import provide
from hub.demo.sabotage import Break
from hub.demo.serving import end_on_signals, serve_until_interrupted, show_people
from hub.demo.stage import Stage
from hub.demo.transcript import Transcript
from hub.demo.witnessing import as_read, witness

MANY = 50  # sealed objects from which on two workers share the work


def play(
    folder: Path,
    *,
    contract: Path | None = None,
    serve: bool = False,
    port: int | None = None,
    bodies: int = 4,
    advisories: int = 4,
    csaf: Path | None = None,
    break_step: str | None = None,
) -> None:
    """Play the whole scheme in a folder; `break_step` breaks one thing on purpose (see sabotage.Break).

    Raises:
        DemoError: a step could not be done, or a proof does not hold; the text says which.

    """
    parts, broken = cast.bodies(bodies), Break(break_step) if break_step else None
    if csaf is not None:
        csaf_title(csaf)  # what cannot be played is told before anything is begun
    transcript, workers = Transcript(), 1 if advisories < MANY else 2
    end_on_signals()
    with _told(transcript), _running(folder, port, transcript, workers) as (stage, children):
        document = _played(stage, children, parts, least=advisories, csaf=csaf, broken=broken)
        if contract is not None:
            document.write(contract)
        if serve:
            show_people(transcript, stage.base_url, stage.people)
            serve_until_interrupted(transcript, children)


@contextmanager
def _told(transcript: Transcript) -> Iterator[None]:
    try:
        yield
    except DemoError as error:
        transcript.failed(str(error))
        raise


def _played(
    stage: Stage,
    children: Sequence[Child],
    parts: Sequence[BodyPart],
    *,
    least: int,
    csaf: Path | None,
    broken: Break | None,
) -> Document:
    joined = joining.join(stage, parts)
    joining.leave_one_waiting(stage)
    provided = provide(stage, joined, least=least, csaf=csaf)
    _wait(stage, children)
    opened = witness(stage, joined, provided, broken)
    _wait(stage, children)
    stage.transcript.chapter(f"What {joined[0].filed.part.name} reads, opened with its own key")
    stage.transcript.text(as_read(opened))
    return document_of(stage, joined, provided)


def _wait(stage: Stage, children: Sequence[Child]) -> None:
    def progress(left: int) -> None:
        stage.transcript.text(f"... {left} promises left for the workers")

    wait_until_kept(stage.hub.db, children, progress=progress)


@contextmanager
def _running(
    folder: Path, port: int | None, transcript: Transcript, workers: int
) -> Iterator[tuple[Stage, tuple[Child, ...]]]:
    gpg = Config.from_env({}).gpg
    with taken(folder, gpg=gpg) as place, mail_server(place.mail) as smtp_port:
        env = environment(place, web_port=port or free_port(), smtp_port=smtp_port)
        config = Config.from_env(env)
        transcript.chapter("An instance of the hub (準備)")
        made = beginning.make_instance(config)
        with hub_running(place, env, workers=workers) as children:
            hub = open_instance(config)
            stage = Stage(place=place, hub=hub, pin=made.fingerprint, transcript=transcript)
            try:
                beginning.welcome(stage, made)
                yield stage, children
            finally:
                stage.close()
                hub.db.dispose()
