"""The contact's part: a certificate, proof of possession, trial operation, a TAXII client."""

import re
from dataclasses import dataclass

from hub.demo.applying import Filed, contact_email
from hub.demo.errors import ProofError
from hub.demo.letterbox import Letterbox
from hub.demo.people import Person
from hub.demo.poll import Receiver
from hub.demo.proofs import Audience, Notice
from hub.demo.recipients import GnupgHome
from hub.demo.stage import Stage

CHALLENGE = re.compile(r"\b(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """A body with its agreement, whose contact has an account and a key pair."""

    filed: Filed
    contact: Person
    fingerprint: str
    letterbox: Letterbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A body that can receive."""

    filed: Filed
    contact: Person
    body_id: str
    letterbox: Letterbox
    receiver: Receiver
    answers_collection_id: str

    @property
    def sector(self) -> str:
        """Return the code of its sector."""
        return self.filed.part.sector

    def audience(self, due: tuple[Notice, ...]) -> Audience:
        """Return the body with what it must have received."""
        opened = self.filed.folder / "opened"
        return Audience(receiver=self.receiver, letterbox=self.letterbox, opened=opened, due=due)


def enter(stage: Stage, filed: Filed) -> Entering:
    """Let the contact set up the account, make a key pair, pin the hub's key and upload the certificate."""
    part = filed.part
    contact = stage.person("contact", contact_email(part), f"窓口 {part.number}", body=part.name)
    stage.invited(contact)
    home = GnupgHome(filed.folder / "gnupg", stage.gpg)
    home.make_key(name=f"Contact {part.number}", email=contact.email)
    home.trust_hub(stage.certificate, pin=stage.pin)
    certificate = filed.folder / "certificate.asc"
    certificate.write_bytes(home.public_key())
    contact.pages.fill({"file": certificate}, at="/certificates")
    letterbox = Letterbox(contact.email, stage.place.mail, home, stage.pin)
    return Entering(filed=filed, contact=contact, fingerprint=home.fingerprint(), letterbox=letterbox)


def prove_possession(entering: Entering) -> None:
    """Let the contact open the mailed challenge with gpg and type it.

    Raises:
        ProofError: the opened mail holds no challenge.

    """
    found = CHALLENGE.search(entering.letterbox.challenge())
    if found is None:
        raise ProofError("gpg opens the challenge", "the mail holds none")
    entering.contact.pages.fill({"challenge": found[0]}, at="/certificates", action="/answer")


def confirm(stage: Stage, entering: Entering, certificate: str) -> None:
    """Let a coordinator compare the fingerprint that the contact reads aloud, and sign it.

    Raises:
        ProofError: the page shows another fingerprint than the contact's gpg.

    """
    coordinator = stage.of_role("coordinator")
    coordinator.pages.open(f"/certificates/confirm/{certificate}")
    if entering.fingerprint not in "".join(coordinator.pages.page.get_text().split()):
        raise ProofError("gpg and the page show the same fingerprint", "they do not")
    coordinator.sign({"compared": True})


def begin_trial(stage: Stage, body_id: str) -> None:
    """Let a coordinator begin a body's trial operation."""
    stage.of_role("coordinator").pages.press(at=f"/bodies/{body_id}/operation", button="begin-trial")


def body_id_of(entering: Entering) -> str:
    """Return the id of the contact's own body, as its pages show it."""
    entering.contact.pages.open("/bodies/mine")
    return entering.contact.pages.path.split("/")[2]


def certificate_id_of(entering: Entering) -> str:
    """Return the id of the certificate that waits for its challenge."""
    entering.contact.pages.open("/certificates")
    return entering.contact.pages.goes_to("/answer").split("/")[2]


def make_client(stage: Stage, entering: Entering, body_id: str) -> Connected:
    """Let the contact make a TAXII client and keep the token that is shown once."""
    pages = entering.contact.pages
    pages.fill({"name": "taxii2-client"}, at="/clients")
    receiver = Receiver(
        body=entering.filed.part.name,
        discovery_url=f"{stage.base_url}/taxii2/",
        username=pages.text_of("taxii-username"),
        password=pages.text_of("taxii-token"),
        collection_id=pages.text_of("collection-id"),
        home=entering.letterbox.home,
        fingerprint=entering.fingerprint,
        pin=stage.pin,
    )
    return Connected(
        filed=entering.filed,
        contact=entering.contact,
        body_id=body_id,
        letterbox=entering.letterbox,
        receiver=receiver,
        answers_collection_id=pages.text_of("answers-collection-id"),
    )
