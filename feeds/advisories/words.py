"""What the pages call the conditions, parts and answers of an advisory; in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs

from feeds.advisories.audience import Condition
from feeds.advisories.conditions import Gate
from feeds.advisories.duplicates import Likeness
from feeds.advisories.states import Answer, Party
from feeds.formats.content import Automatable, Exploitation, Kind, TechnicalImpact
from feeds.formats.stix import Part
from feeds.matters.states import LeakMove

CONDITIONS = {
    Condition.OPERATION: _l("Operation"),
    Condition.AGREEMENT: _l("Agreement"),
    Condition.REQUIREMENTS: _l("Three requirements"),
    Condition.CONTACT: _l("Contact"),
    Condition.CERTIFICATE: _l("Certificate"),
}

GATES = {
    Gate.TLP: _l("TLP label"),
    Gate.COUNTERMEASURE: _l("Countermeasure exists"),
    Gate.PUBLICATION: _l("Publication date"),
    Gate.SERIOUS_EFFECT: _l("Serious effect"),
    Gate.IPA: _l("Consultation of IPA"),
    Gate.DEVELOPER: _l("Consultation of product developers"),
    Gate.AUDIENCE: _l("At least one body may receive"),
}

REPORTED = {"": _l("Not said"), "yes": _l("Yes"), "no": _l("No")}

LIKENESSES = {
    Likeness.NUMBER: _l("Number elsewhere"),
    Likeness.CVE: _l("CVE"),
    Likeness.PRODUCT: _l("Product and weakness"),
}

LEAK_MOVES = {
    LeakMove.BRING_FORWARD: _l("Publication is brought forward"),
    LeakMove.LEAVE: _l("Publication is not brought forward"),
}

PARTIES = {Party.IPA: _l("IPA"), Party.DEVELOPER: _l("Product developer")}

ANSWERS = {
    Answer.AGREED: _l("Agreed"),
    Answer.OBJECTED: _l("Objected"),
    Answer.SILENT: _l("No answer"),
}

KINDS = {
    Kind.NEW: _l("First notice"),
    Kind.UPDATE: _l("Follow-up"),
    Kind.CORRECTION: _l("Correction"),
    Kind.DATE: _l("Change of publication date"),
    Kind.WITHDRAWN: _l("Withdrawal"),
    Kind.LIFTED: _l("Lifting of restrictions"),
}

EXPLOITATIONS = {
    Exploitation.UNKNOWN: _l("Not known"),
    Exploitation.NONE: _l("No exploit is known"),
    Exploitation.POC: _l("A proof of concept exists"),
    Exploitation.ACTIVE: _l("Exploited in the wild"),
}

AUTOMATABLE = {
    Automatable.UNKNOWN: _l("Not known"),
    Automatable.NO: _l("It cannot be automated"),
    Automatable.YES: _l("It can be automated"),
}

TECHNICAL_IMPACT = {
    TechnicalImpact.UNKNOWN: _l("Not known"),
    TechnicalImpact.PARTIAL: _l("An attacker controls a part of the system"),
    TechnicalImpact.TOTAL: _l("An attacker controls the whole system"),
}

PARTS = {
    Part.SUMMARY: _l("Title and summary"),
    Part.PRODUCTS: _l("Affected products"),
    Part.VULNERABILITIES: _l("Vulnerabilities"),
    Part.COUNTERMEASURES: _l("Countermeasures"),
    Part.REFERENCES: _l("References"),
    Part.LIKELIHOOD: _l("Likelihood of attack"),
    Part.IMPACT: _l("Impact in general"),
    Part.ATTACK_METHOD: _l("Attack method"),
    Part.SIGNATURES: _l("Detection signatures"),
}

# The names are those that the formats look for in Content.not_provided.
NOT_PROVIDED = {
    "products": _l("Affected products"),
    "severity": _l("Severity"),
    "exploitation": _l("Exploitation"),
    "automatable": _l("Whether an attack can be automated"),
    "technical_impact": _l("Technical impact"),
    "likelihood": _l("Likelihood of attack"),
    "impact": _l("Impact"),
    "attack_method": _l("Attack method"),
    "fix": _l("Fix"),
    "workaround": _l("Workaround"),
    "verification": _l("How to verify the countermeasure"),
    "signatures": _l("Detection signatures"),
    "references": _l("References"),
}

# Sentences that services and readers of lines give in English, for the catalogue of translations.
SENTENCES = (
    _l("It is not in trial or full operation"),
    _l("No agreement binds beyond the publication date"),
    _l("Not all three requirements are attested today"),
    _l("The receiving contact is not confirmed"),
    _l("The receiving contact has no certificate that is usable today"),
    _l("The TLP label is not set"),
    _l("The countermeasure does not exist yet, or its day is not entered"),
    _l("The publication date is not entered or is not in the future"),
    _l("Why a serious effect on infrastructure is to be feared is not entered"),
    _l("IPA has not recorded its consultation"),
    _l("The consultation of a product developer is not recorded"),
    _l("No addressed body meets all conditions"),
    _l("A release needs two people"),
    _l("You wrote a part of this revision; another person must release it"),
    _l("This revision was written anew since you opened it. Read it again"),
    _l("Somebody else saved this draft meanwhile. Open it again before you go on"),
    _l("A revision is open already; release it or drop it first"),
    _l("IPA has recorded its consultation already"),
    _l("This record is another body's to make"),
    _l("Enter a title"),
    _l("Choose at least one body"),
    _l("Enter why the publication date moves"),
    _l("Enter the new publication date"),
    _l("Enter the publication date"),
    _l("TLP:CLEAR is for what is public"),
    _l("Choose sectors of the list"),
    _l("Choose bodies that serve one of the chosen sectors"),
    _l("Choose what the next revision is"),
    _l("Choose the parts that are published"),
    _l("Enter this text"),
    _l("Enter who was consulted"),
    _l("This day is still to come"),
    _l("Enter the reason for providing despite an objection or silence"),
    _l("Silence has no day of answer"),
    _l("Enter the day of the answer, from the day of asking to today"),
    _l("Choose whether IPA agrees or objects"),
    _l("Too many parts"),
    _l("Enter the vendor and the name"),
    _l("The CPE is not in the form of CPE 2.3 or 2.2"),
    _l("The package URL is not in its form"),
    _l("The CVE is not in its form; write - while there is none"),
    _l("Enter a CVE or a title"),
    _l("The CWE is not in its form (CWE-287)"),
    _l("The CVSS vector is not in its form"),
    _l("The kind must be fix, workaround or verification"),
    _l("Enter the text"),
    _l("The address must begin with https:// or http://"),
    _l("The first line must begin with stix, snort, suricata, yara or sigma"),
    _l("The list has no entry of this number"),
    _l("This is too large to be kept"),
    _l("Another window was faster"),
    _l("The pattern is missing"),
    _l("This is not a STIX pattern"),
    _l("This is not a YARA rule"),
    _l("This is not a rule of Snort or Suricata"),
    _l("This is not a Sigma rule"),
    _l("Enter a summary and an address"),
    _l("Enter the issuer and the number"),
    _l("Look at each possible duplicate first"),
    _l("This matter has been merged with another one already"),
    _l("This matter is the same as another one; write under that one's tracking ID"),
    _l("No further notice can come under this tracking ID; choose another"),
    _l("A revision of this advisory waits for approval; send it back first"),
    _l("Recipients have been told of it; it cannot be taken back"),
    _l("The merged matter's publication date is earlier; the earlier one counts"),
    _l("This instant is still to come"),
    _l("This is not earlier than the publication date that was told"),
    _l("Enter why the two matters are the same"),
    _l("Choose another matter"),
    _l("Enter the day on which the finder was told, from the day of the release to today"),
    _l("It is recorded already that the finder was told"),
    _l("Enter why this was decided"),
    _l("It names a product or vulnerability that is not in the list"),
)


def offered(words: Mapping[Any, object]) -> list[Any]:
    """Return the choices of a field: each value with the words that show it."""
    return [SelectChoice(str(value), label) for value, label in words.items()]
