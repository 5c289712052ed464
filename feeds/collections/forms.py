"""The forms around a TAXII client."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from feeds.collections import origin
from sectors.applications.form_parts import offered

LIVES = {"30": _l("30 days"), "90": _l("90 days"), "180": _l("180 days"), "365": _l("One year")}
MOST_NETWORKS = 20
NO_NETWORK = _l("Write each network as an address and its prefix, such as 192.0.2.0/24 or 2001:db8::/32")


class ClientForm(FlaskForm):
    """What a body calls its tool, how long its token works, and what must come with the token."""

    name = StringField(
        _l("Name of the tool"),
        [
            InputRequired(_l("Enter a name for the tool")),
            Length(max=100, message=_l("Use at most 100 characters")),
        ],
    )
    life = RadioField(_l("The token works for"), choices=offered(LIVES), default="365")
    networks = TextAreaField(
        _l("Addresses that the tool may come from"), render_kw={"rows": 3, "spellcheck": "false"}
    )
    certificate = StringField(
        _l("SHA-256 fingerprint of the tool's TLS client certificate"), render_kw={"spellcheck": "false"}
    )

    def validate_networks(self, field: TextAreaField) -> None:
        """Refuse what is no network."""
        lines = (field.data or "").split()
        if len(lines) > MOST_NETWORKS:
            raise ValidationError(_("Enter at most 20 networks"))
        for line in lines:
            try:
                origin.network(line)
            except ValueError:
                raise ValidationError(NO_NETWORK) from None

    def validate_certificate(self, field: StringField) -> None:
        """Refuse what is no fingerprint."""
        if field.data and origin.fingerprint(field.data) is None:
            raise ValidationError(_("A SHA-256 fingerprint has 64 characters, 0 to 9 and A to F"))

    @property
    def token_life(self) -> timedelta:
        """Return how long the token shall work; call only after validation."""
        return timedelta(days=int(self.life.data))

    @property
    def allowed_networks(self) -> str:
        """Return the networks as they are stored; call only after validation."""
        return ",".join(str(origin.network(line)) for line in (self.networks.data or "").split())

    @property
    def shown_certificate(self) -> bytes | None:
        """Return the fingerprint's bytes, or None; call only after validation."""
        return origin.fingerprint(self.certificate.data or "")


class RevokeForm(FlaskForm):
    """The confirmation that a token shall end."""

    sure = BooleanField(
        _l("I know that the tool fetches nothing more with this token"),
        [InputRequired(_l("Confirm that the token shall end"))],
    )
