"""Whatever is drafted, released, moved, lifted, and whoever comes and goes: nobody learns what he may not."""

import os
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hub.core.config import Config, Mail
from hub.core.db import Database
from hub.core.instance import Instance
from tests.conftest import HandedIn
from tests.feeds.delivery import plain
from tests.feeds.delivery.histories import Histories
from tests.support.advisories import VAULT
from tests.support.delivery import TOKEN_KEY

LONG = os.environ.get("HUB_SOAK") == "full"


@pytest.fixture
def instance(db: Database, tmp_path: Path, clock: HandedIn) -> Instance:
    """An instance without a key of its own: nothing is sealed for real here."""
    mail = Mail(tls="none", port=1, sender="hub@hub.example.jp")
    config = Config(instance=tmp_path, database_url="sqlite://", mail=mail, taxii_rate="100000 per minute")
    return Instance(config=config, db=db, vault=VAULT, token_key=TOKEN_KEY, clock=clock)


def play(
    hub: Instance, clock: HandedIn, app: Flask, patch: pytest.MonkeyPatch, *, examples: int, steps: int
) -> None:
    class Here(Histories):
        pass

    Here.hub, Here.clock, Here.app, Here.outbound = hub, clock, app, plain.install(patch)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not LONG,
            phases=(Phase.explicit, Phase.generate),  # to shrink a history would take minutes
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )
    assert Here.releases >= examples


def test_in_no_short_history_does_anybody_learn_what_he_may_not(
    instance: Instance, clock: HandedIn, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(instance, clock, app, monkeypatch, examples=2, steps=10)


@pytest.mark.endurance
def test_in_no_long_history_does_anybody_learn_what_he_may_not(
    instance: Instance, clock: HandedIn, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(instance, clock, app, monkeypatch, examples=1000 if LONG else 40, steps=50)
