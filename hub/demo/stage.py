"""What everybody in the demo shares: the folder, the running hub, the staff, the transcript."""

from dataclasses import dataclass, field
from pathlib import Path

from hub.core.instance import Instance
from hub.demo.pages import Pages
from hub.demo.people import Person, invitation
from hub.demo.place import Place
from hub.demo.transcript import Transcript


@dataclass(slots=True, kw_only=True)
class Stage:
    """The running play; `pin` is the hub's primary fingerprint as it was handed over at `init`."""

    place: Place
    hub: Instance
    pin: str
    transcript: Transcript
    people: list[Person] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """Return where the pages are."""
        return self.hub.config.base_url

    @property
    def gpg(self) -> str:
        """Return the gpg program."""
        return self.hub.config.gpg

    @property
    def certificate(self) -> Path:
        """Return the hub's public certificate."""
        return self.hub.config.certificate_file

    def person(self, role: str, email: str, name: str, *, body: str | None = None) -> Person:
        """Bring in a person with a browser of their own."""
        entering = Person(role=role, email=email, name=name, body=body, pages=Pages(self.base_url))
        self.people.append(entering)
        return entering

    def invited(self, person: Person) -> None:
        """Let a person set up the account through the invitation that came by mail."""
        person.set_up(invitation(self.place.mail, person.email))

    def of_role(self, role: str, number: int = 0) -> Person:
        """Return a person of a role; there are two coordinators."""
        return [each for each in self.people if each.role == role][number]

    def close(self) -> None:
        """Close every browser, so that the web process has nobody to wait for when it ends."""
        for person in self.people:
            person.pages.close()
