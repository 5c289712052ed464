"""People with a password and an authenticator; applications that are told other things."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask

from hub.accounts import passwords
from hub.app import build_app
from hub.core.instance import Instance
from tests.support.authenticator import Holder, set_up


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with less work: what takes long for an attacker would for these tests, too."""
    monkeypatch.setattr(passwords, "_hasher", quick := PasswordHasher(time_cost=1, memory_cost=64))
    monkeypatch.setattr(passwords, "NOBODYS", quick.hash("nobody's password"))


@pytest.fixture
def hanako(app: Flask, instance: Instance) -> Holder:
    """A reviewer who can sign in."""
    return set_up(app, instance)


@pytest.fixture
def app_told(instance: Instance) -> Callable[..., Flask]:
    """Build the application with another configuration."""

    def told(**changes: object) -> Flask:
        config = replace(instance.config, **changes)  # type: ignore[arg-type] # each test names real fields
        return build_app(replace(instance, config=config), secret_key=b"s" * 32)

    return told
