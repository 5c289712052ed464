"""A mail server that is away for a day: every notice arrives after it, once, and none is given up."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from feeds.delivery.models import Mailing
from feeds.delivery.states import State
from hub.core import outbox
from hub.core.outbox import LONGEST_PAUSE
from hub.demo.mailserver import free_port
from tests.conftest import HandedIn
from tests.support import delivery
from tests.support.delivery import World


def test_a_day_without_a_mail_server_loses_nothing(world: World, clock: HandedIn) -> None:
    away = replace(world, hub=delivery.with_mail(world.hub, port=free_port()))
    releases = [world.release() for _ in range(2)]
    end, tries = clock.now + timedelta(days=1), 0
    while clock.now < end:
        tries += away.work()
        clock.now += timedelta(minutes=30)
    assert tries > len(releases) * 5  # it was tried all the time, ever more rarely
    clock.now += LONGEST_PAUSE * 1.25
    assert world.work() == 0
    assert len(world.notices()) == len(releases)
    with world.hub.db.reading() as session:
        assert {each.state for each in session.scalars(sa.select(Mailing))} == {State.DELIVERED}
        assert outbox.dead_letters(session) == []
