"""The base metrics of CVSS 3.1 and 4.0 with their values, in the order of a vector and the reader's words."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

Values = dict[str, LazyString]

_NETWORKS: Values = {
    "N": _l("Network"),
    "A": _l("Adjacent network"),
    "L": _l("Local"),
    "P": _l("Physical"),
}
_COMPLEXITY: Values = {"L": _l("Low"), "H": _l("High")}
_PRIVILEGES: Values = {"N": _l("None needed"), "L": _l("Low"), "H": _l("High")}
_IMPACT: Values = {"H": _l("High"), "L": _l("Low"), "N": _l("None")}

METRICS: dict[str, dict[str, tuple[LazyString, Values]]] = {
    "3.1": {
        "AV": (_l("Attack vector (AV)"), _NETWORKS),
        "AC": (_l("Attack complexity (AC)"), _COMPLEXITY),
        "PR": (_l("Privileges required (PR)"), _PRIVILEGES),
        "UI": (_l("User interaction (UI)"), {"N": _l("None needed"), "R": _l("Needed")}),
        "S": (_l("Scope (S)"), {"U": _l("Unchanged"), "C": _l("Changed")}),
        "C": (_l("Confidentiality (C)"), _IMPACT),
        "I": (_l("Integrity (I)"), _IMPACT),
        "A": (_l("Availability (A)"), _IMPACT),
    },
    "4.0": {
        "AV": (_l("Attack vector (AV)"), _NETWORKS),
        "AC": (_l("Attack complexity (AC)"), _COMPLEXITY),
        "AT": (_l("Attack requirements (AT)"), {"N": _l("None"), "P": _l("Present")}),
        "PR": (_l("Privileges required (PR)"), _PRIVILEGES),
        "UI": (
            _l("User interaction (UI)"),
            {"N": _l("None needed"), "P": _l("Passive interaction"), "A": _l("Active interaction")},
        ),
        "VC": (_l("Confidentiality of the vulnerable system (VC)"), _IMPACT),
        "VI": (_l("Integrity of the vulnerable system (VI)"), _IMPACT),
        "VA": (_l("Availability of the vulnerable system (VA)"), _IMPACT),
        "SC": (_l("Confidentiality of subsequent systems (SC)"), _IMPACT),
        "SI": (_l("Integrity of subsequent systems (SI)"), _IMPACT),
        "SA": (_l("Availability of subsequent systems (SA)"), _IMPACT),
    },
}
