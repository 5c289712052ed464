"""What TAXII answers instead of a resource: a status code and a title, never what was sent."""

from hub.core.errors import HubError


class TaxiiError(HubError):
    """The request cannot be answered; `code` is the HTTP status, the text is the title (TAXII 2.1, 3.6.1)."""

    def __init__(self, code: int, title: str) -> None:
        super().__init__(title)
        self.code = code


def malformed(what: str) -> TaxiiError:
    """Return the refusal of a request that is not of the standard's form."""
    return TaxiiError(400, f"{what} is malformed")


def unknown() -> TaxiiError:
    """Return the one answer for what is not there and for what the reader may not know of."""
    return TaxiiError(404, "Not found")
