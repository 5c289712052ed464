"""What the demo leaves behind for other programs: the document of `contract`, filled."""

from collections.abc import Sequence

from hub.demo.advising import Matter
from hub.demo.connecting import Connected
from hub.demo.contract import AccountEntry, AdvisoryEntry, BodyEntry, ContactEntry, Document
from hub.demo.people import Person
from hub.demo.providing import Provided
from hub.demo.stage import Stage


def document_of(stage: Stage, bodies: Sequence[Connected], provided: Provided) -> Document:
    """Return the document about a play whose promises are all kept."""
    return Document(
        base_url=stage.base_url,
        discovery_url=f"{stage.base_url}/taxii2/",
        api_root=f"{stage.base_url}/priority/",
        hub_fingerprint=stage.pin,
        hub_certificate=str(stage.certificate),
        smtp_maildir=str(stage.place.mail),
        accounts=tuple(_account(each) for each in stage.people),
        bodies=tuple(_body(each) for each in bodies),
        advisories=tuple(_advisory(each) for each in provided.matters),
    )


def _account(person: Person) -> AccountEntry:
    return AccountEntry(
        role=person.role,
        email=person.email,
        password=person.password,
        totp_secret=person.totp_secret,
        body=person.body,
    )


def _body(body: Connected) -> BodyEntry:
    home = str(body.letterbox.home.folder)
    return BodyEntry(
        name=body.filed.part.name,
        sector=body.sector,
        taxii_username=body.receiver.username,
        taxii_password=body.receiver.password,
        collection_id=body.receiver.collection_id,
        answers_collection_id=body.answers_collection_id,
        contacts=(ContactEntry(email=body.contact.email, gnupg_home=home),),
    )


def _advisory(matter: Matter) -> AdvisoryEntry:
    return AdvisoryEntry(
        tracking_id=matter.tracking_id,
        state=matter.state,
        revision=matter.revision,
        tlp=matter.tlp,
        sectors=matter.story.sectors,
        canary=matter.story.canary,
    )
