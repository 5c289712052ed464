"""What was held for want of a certificate goes when a good one arrives, and not ten minutes later."""

from feeds.delivery.states import State
from hub.core.audit import Actor
from keys import queries as register
from keys import service as keys
from keys.states import State as CertificateState
from sectors.bodies.models import Body
from tests.keys.workshop import Holder
from tests.support.delivery import World


def end(world: World, body: Body | None = None) -> None:
    with world.hub.db.transaction() as session:
        register.locked(session, world.certificate(body).id).state = CertificateState.EXPIRED


def prove(world: World, holder: Holder) -> None:
    """Bring the same key again and answer its challenge: all proofs but the confirmation."""
    now, token_key = world.hub.clock(), world.hub.token_key
    contact = world.contact()
    by = Actor(account_id=contact.account_id)
    with world.hub.db.transaction() as session:
        row = keys.upload(
            session, owner_id=contact.id, email=holder.email, passed=holder.certificate, by=by, now=now
        )
        text = keys.set_challenge(session, row.id, now=now, token_key=token_key)
        keys.answer_challenge(session, row.id, text, owner_id=contact.id, by=by, now=now, token_key=token_key)


def confirm(world: World, body: Body | None = None) -> None:
    world.confirm(body)


def test_a_held_delivery_goes_at_once_when_its_certificate_is_confirmed(world: World) -> None:
    release = world.release()
    end(world)
    world.work()
    assert (world.copy(release).state, world.mailing(release).state) == (State.HELD, State.HELD)
    prove(world, world.seat.power)
    world.work()
    assert world.copy(release).state is State.HELD
    confirm(world)
    world.work()  # the clock has not moved
    assert (world.copy(release).state, world.mailing(release).state) == (State.DELIVERED, State.DELIVERED)
    assert len(world.stored()) == 1


def test_a_longer_life_of_the_active_key_releases_what_its_end_held(world: World) -> None:
    release = world.release()
    now = world.hub.clock()
    with world.hub.db.transaction() as session:
        register.locked(session, world.certificate().id).not_after = now
    world.work()
    assert world.copy(release).state is State.HELD
    contact = world.contact()
    with world.hub.db.transaction() as session:
        keys.upload(
            session,
            owner_id=contact.id,
            email=world.seat.power.email,
            passed=world.seat.power.certificate,
            by=Actor(account_id=contact.account_id),
            now=now,
        )
    world.work()
    assert world.copy(release).state is State.DELIVERED


def test_a_certificate_of_another_contact_releases_nothing(world: World) -> None:
    gas = world.add("ガス団体", world.seat.gas)
    release = world.release(world.power, gas)
    end(world)
    end(world, gas)
    world.work()
    prove(world, world.seat.power)
    confirm(world)
    world.work()
    assert world.copy(release).state is State.DELIVERED
    assert world.copy(release, gas).state is State.HELD
