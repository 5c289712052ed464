"""What a TAXII 2.1 server must answer, as tables: one line a case, with the section of the standard.

A path names collections by what the reader may do there: {ro} read, {rw} both, {theirs} another reader's,
{nowhere} none. What {ro} holds is `HELD`, by short names, in the order of its date_added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.feeds.taxii.conftest import NOW, TAXII
from tests.feeds.taxii.objects import CREATED, artifact, envelope, note, note_id

SECOND, THIRD = "2026-11-21T01:00:00.000Z", "2026-11-22T01:00:00.123456Z"
INDICATOR = "indicator--11111111-1111-4111-8111-111111111111"
CUSTOM = "x-thing--22222222-2222-4222-8222-222222222222"
ARTIFACT = artifact(b"payload")
ABSENT = note_id(999)
COLLECTION = "/priority/collections/{ro}/"
WRITABLE = "/priority/collections/{rw}/objects/"

HELD: dict[str, dict[str, Any]] = {
    "n0.1": note(0),
    "n0.2": note(0, modified=SECOND),
    "n0.3": note(0, modified=THIRD),
    "n1": note(1),
    "i": note(2) | {"type": "indicator", "id": INDICATOR, "pattern": "[x:y = 1]", "pattern_type": "stix"},
    "a": ARTIFACT,
    "x": note(3) | {"type": "x-thing", "id": CUSTOM, "x_colour": "赤"},
}
EVERY = tuple(HELD)
LATEST = ("n0.3", "n1", "i", "a", "x")


def added(name: str, *, digits: int = 6) -> str:
    """Return the date_added of a held object, cut to so many fractional digits."""
    at = NOW + timedelta(microseconds=EVERY.index(name))
    return at.strftime("%Y-%m-%dT%H:%M:%S") + (f".{at:%f}"[: digits + 1] if digits else "") + "Z"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request and what must come back; `held` are short names, in order."""

    section: str
    path: str
    status: int = 200
    method: str = "GET"
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    held: tuple[str, ...] | None = None
    authorised: bool = True

    def __str__(self) -> str:
        how = ",".join(f"{name}={value}" for name, value in self.headers.items())
        what = f" {self.body[:40]!r}" if self.body is not None else ""
        return f"{self.section} {self.method} {self.path[:90]} {how[:60]}{what}"


def accepts() -> list[Case]:
    """1.6.8, 1.6.8.1 and RFC 9110, 12.5.1: which Accept is served, which is a 406."""
    served = [
        TAXII,
        "application/taxii+json; version=2.1",
        "application/taxii+json ; version=2.1",
        "application/taxii+json;  version=2.1",
        'application/taxii+json;version="2.1"',
        "application/taxii+json;VERSION=2.1",
        "APPLICATION/TAXII+JSON;version=2.1",
        "Application/Taxii+Json",
        "application/taxii+json",
        "application/taxii+json;q=0.1",
        "application/taxii+json;version=2.1;q=0.001",
        "application/taxii+json;version=2.1;q=1.000",
        "application/*",
        "*/*",
        "*/*;q=0.1",
        "text/html, */*;q=0.5",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/json, application/taxii+json;version=2.1",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
        "application/taxii+json;version=2.1, application/taxii+json;version=2.0;q=0.5",
        "application/taxii+json;version=2.1,text/plain",
        ",, application/taxii+json;version=2.1 ,",
        "text/html;q=0, application/taxii+json",
        "nonsense, application/taxii+json",
        'text/plain;x="a,b;c", application/taxii+json',
    ]
    refused = [
        "application/json",
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=2.2",
        "application/taxii+json;version=3",
        "application/taxii+json;version=",
        'application/taxii+json;version="2.0"',
        "application/vnd.oasis.taxii+json; version=2.0",
        "application/stix+json;version=2.1",
        "application/taxii+json;version=2.1;q=0",
        "application/taxii+json;q=0.000",
        "*/*;q=0",
        "application/*;q=0.0",
        "application/taxii+json;version=2.1;q=0, */*",
        "application/taxii+json;q=0, application/*",
        "text/html",
        "text/*",
        "*",
        "taxii",
        "/",
        "",
        "application/taxii+xml",
        "application/taxii",
        "application/taxii+jsonx;version=2.1",
        "application/taxii+json;version=2.1;q=abc",
        "application/taxii+json;version=2.1;q=-1",
        '"',
        "a" * 5000,
    ]
    paths = ("/taxii2/", COLLECTION + "objects/")
    cases = [Case(section="1.6.8", path=path, headers={"Accept": each}) for path in paths for each in served]
    return cases + [
        Case(section="1.6.8", path=path, headers={"Accept": each}, status=406)
        for path in paths
        for each in refused
    ]


def everywhere() -> list[Case]:
    """Every endpoint that is read: with and without its last slash, HEAD, no Accept, 401, 406."""
    endpoints = {
        "4.1": "/taxii2/",
        "4.2": "/priority/",
        "5.1": "/priority/collections/",
        "5.2": COLLECTION,
        "5.3": COLLECTION + "manifest/",
        "5.4": COLLECTION + "objects/",
        "5.6": COLLECTION + f"objects/{note_id(0)}/",
        "5.8": COLLECTION + f"objects/{note_id(0)}/versions/",
    }
    cases = []
    for section, path in endpoints.items():
        bare = path.removesuffix("/")
        cases += [
            Case(section=section, path=path),
            Case(section=section, path=bare),
            Case(section=section, path=path, method="HEAD"),
            Case(section=section, path=bare, method="HEAD"),
            Case(section="1.6.8", path=path, headers={"Accept": None}),
            Case(section="1.6.8", path=bare, headers={"Accept": "text/html"}, status=406),
            Case(section="1.7", path=path, authorised=False, status=401),
            Case(section="1.7", path=bare, authorised=False, status=401),
            Case(section="1.7", path=path, method="HEAD", authorised=False, status=401),
            Case(section="3.3", path=path + "?unknown=1"),
            Case(section="3.3", path=path, headers={"X-HTTP-Method-Override": "DELETE"}),
            Case(section="3.3", path=path, headers={"Range": "bytes=0-1"}),
            Case(section="3.3", path=path, headers={"If-Modified-Since": "Fri, 20 Nov 2099 01:00:00 GMT"}),
            Case(section="3.3", path=path, headers={"If-None-Match": "*"}),
        ]
    return cases


def methods() -> list[Case]:
    """RFC 9110, 15.5.6: another method is a 405 that names the right ones."""
    allowed = {
        "/taxii2/": "GET",
        "/priority/": "GET",
        "/priority/collections/": "GET",
        COLLECTION: "GET",
        COLLECTION + "manifest/": "GET",
        COLLECTION + "objects/": "GET POST",
        COLLECTION + f"objects/{note_id(0)}/": "GET DELETE",
        COLLECTION + f"objects/{note_id(0)}/versions/": "GET",
        "/priority/status/00000000-0000-4000-8000-000000000000/": "GET",
    }
    return [
        Case(section="3.1", path=path, method=method, status=405)
        for path, right in allowed.items()
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
        if method not in right.split()
    ]


def rights() -> list[Case]:
    """4.3, 5: 403 for what one may not do, 404 for what one may not know of."""
    sent: dict[str, Any] = {"body": envelope(note(50)), "headers": {"Content-Type": TAXII}}
    one = f"objects/{note_id(0)}/"
    cases = []
    for place in ("{theirs}", "{nowhere}", "x", "0", "00000000-0000-4000-8000-00000000000", "%7Bro%7D"):
        root = f"/priority/collections/{place}/"
        paths = (root, f"{root}manifest/", f"{root}objects/", root + one, f"{root}{one}versions/")
        cases += [Case(section="5", path=path, status=404) for path in paths]
        cases.append(Case(section="5.5", path=f"{root}objects/", method="POST", status=404, **sent))
        cases.append(Case(section="5.7", path=root + one, method="DELETE", status=404))
    cases += [
        Case(section="5.5", path=COLLECTION + "objects/", method="POST", status=403, **sent),
        Case(section="5.7", path=COLLECTION + one, method="DELETE", status=403),
        Case(section="5.6", path=COLLECTION + f"objects/{ABSENT}/", status=404),
        Case(section="5.8", path=COLLECTION + f"objects/{ABSENT}/versions/", status=404),
        Case(section="5.7", path=WRITABLE + f"{ABSENT}/", method="DELETE", status=404),
        Case(section="4.3", path="/priority/status/00000000-0000-4000-8000-000000000000/", status=404),
        Case(section="4.3", path="/priority/status/1/", status=404),
    ]
    names: tuple[str, ...] = (
        "1",
        "%FF",
        "..",
        "note",
        "note--",
        "note--1",
        note_id(0).upper(),
        note_id(0) + "%0A",
    )
    names += ("%F0%9F%92%A9", "a" * 3000, note_id(0) + "x", "'%20OR%201=1", "bundle--1")
    for name in names:
        cases.append(Case(section="5.6", path=COLLECTION + f"objects/{name}/", status=404))
    for path in (
        "/taxii2/x/",
        "/priority/x/",
        COLLECTION + "x/",
        COLLECTION + "objects/x/y/",
        "/priority/status/",
    ):
        cases.append(Case(section="3.6", path=path, status=404))
    return cases


def filters() -> list[Case]:
    """3.4: what each match selects, alone and together, in objects and in the manifest."""
    zero = note_id(0)
    selected: dict[str, tuple[str, ...]] = {
        "": LATEST,
        f"match[id]={zero}": ("n0.3",),
        f"match[id]={zero},{INDICATOR}": ("n0.3", "i"),
        f"match[id]={INDICATOR},{zero},{zero}": ("n0.3", "i"),
        f"match[id]={ABSENT}": (),
        f"match[id]={ABSENT},{CUSTOM}": ("x",),
        f"match[id]={ARTIFACT['id']}": ("a",),
        "match[type]=note": ("n0.3", "n1"),
        "match[type]=indicator": ("i",),
        "match[type]=indicator,note": ("n0.3", "n1", "i"),
        "match[type]=x-thing": ("x",),
        "match[type]=artifact": ("a",),
        "match[type]=malware": (),
        "match[version]=last": LATEST,
        "match[version]=first": ("n0.1", "n1", "i", "a", "x"),
        "match[version]=all": EVERY,
        "match[version]=first,last": ("n0.1", "n0.3", "n1", "i", "a", "x"),
        "match[version]=last,first": ("n0.1", "n0.3", "n1", "i", "a", "x"),
        f"match[version]={SECOND}": ("n0.2",),
        f"match[version]={THIRD}": ("n0.3",),
        f"match[version]={CREATED}": ("n0.1", "n1", "i", "x"),
        f"match[version]={CREATED},{SECOND}": ("n0.1", "n0.2", "n1", "i", "x"),
        f"match[version]=last,{SECOND}": ("n0.2", "n0.3", "n1", "i", "a", "x"),
        f"match[version]=first,{SECOND}": ("n0.1", "n0.2", "n1", "i", "a", "x"),
        "match[version]=2026-11-21T01:00:00Z": ("n0.2",),
        "match[version]=2026-11-21T01:00:00.000000Z": ("n0.2",),
        "match[version]=2026-11-21T10:00:00%2B09:00": ("n0.2",),
        "match[version]=2001-01-01T00:00:00Z": (),
        "match[spec_version]=2.1": LATEST,
        "match[spec_version]=2.0": (),
        "match[spec_version]=2.0,2.1": LATEST,
        "match[spec_version]=2.0,2.2": (),
        f"match[id]={zero}&match[version]=all": ("n0.1", "n0.2", "n0.3"),
        f"match[id]={zero}&match[version]=first": ("n0.1",),
        f"match[id]={zero}&match[version]={SECOND}": ("n0.2",),
        f"match[id]={zero}&match[type]=note": ("n0.3",),
        f"match[id]={zero}&match[type]=indicator": (),
        "match[type]=note&match[version]=all": ("n0.1", "n0.2", "n0.3", "n1"),
        "match[type]=note&match[spec_version]=2.1&match[version]=first": ("n0.1", "n1"),
        f"match[id]={zero}&match[type]=note&match[version]=all&match[spec_version]=2.1&limit=9": (
            "n0.1",
            "n0.2",
            "n0.3",
        ),
        f"match[type]=note&added_after={added('n0.3')}": ("n1",),
        f"match[version]=all&added_after={added('n0.1')}": EVERY[1:],
        "match%5Btype%5D=note": ("n0.3", "n1"),
        "match%5btype%5d=note": ("n0.3", "n1"),
    }
    cases = [
        Case(section="3.4", path=f"{COLLECTION}{resource}/?{query}&limit=100".replace("?&", "?"), held=held)
        if "limit" not in query
        else Case(section="3.4", path=f"{COLLECTION}{resource}/?{query}", held=held)
        for query, held in selected.items()
        for resource in ("objects", "manifest")
    ]
    one = f"{COLLECTION}objects/{zero}/"
    of_one = {
        "": ("n0.3",),
        "?match[version]=all": ("n0.1", "n0.2", "n0.3"),
        "?match[version]=first": ("n0.1",),
        "?match[version]=last": ("n0.3",),
        f"?match[version]={SECOND}": ("n0.2",),
        "?match[version]=2001-01-01T00:00:00Z": (),
        "?match[spec_version]=2.1": ("n0.3",),
        "?match[spec_version]=2.0": (),
        "?match[version]=all&limit=2": ("n0.1", "n0.2"),
        f"?match[version]=all&added_after={added('n0.2')}": ("n0.3",),
    }
    return cases + [Case(section="5.6", path=one + query, held=held) for query, held in of_one.items()]


def times() -> list[Case]:
    """3.4, 3.5: added_after in all forms of RFC 3339 that the standard has, exclusive."""
    rest = {
        added("n0.3"): LATEST[1:],
        added("x"): (),
        added("n1"): ("i", "a", "x"),
        "2026-11-20T01:00:00Z": LATEST,
        "2026-11-20T01:00:00.0Z": LATEST,
        "2026-11-20T01:00:00.00Z": LATEST,
        "2026-11-20T01:00:00.000Z": LATEST,
        "2026-11-20T01:00:00.0000Z": LATEST,
        "2026-11-20T01:00:00.00000Z": LATEST,
        "2026-11-20T00:59:59.999999Z": LATEST,
        "2026-11-20T10:00:00%2B09:00": LATEST,
        "2026-11-19T20:00:00.000003-05:00": ("i", "a", "x"),
        "0001-01-01T00:00:00Z": LATEST,
        "9999-12-31T23:59:59.999999Z": (),
        "2024-02-29T00:00:00Z": LATEST,
    }
    cases = [
        Case(section="3.4", path=f"{COLLECTION}{resource}/?added_after={text}&limit=100", held=held)
        for text, held in rest.items()
        for resource in ("objects", "manifest")
    ]
    bad: tuple[str, ...] = (
        "yesterday",
        "2026",
        "2026-11-20",
        "2026-11-20T01:00:00",
        "2026-11-20 01:00:00Z",
        "1763600400",
    )
    bad += ("2026-11-20T01:00:00.1234567Z", "2026-02-30T00:00:00Z", "2026-11-20T25:00:00Z", "", "%00", "null")
    bad += ("2026-11-20T01:00:00.Z", "20261120T010000Z", "2026-11-20T01:00:00%2B0900", "%EF%BC%92", "-1")
    bad += ("2026-11-20T01:00:00Z,2026-11-20T01:00:00Z", "9" * 1000, "0000-01-01T00:00:00Z")
    return cases + [
        Case(section="3.4", path=f"{COLLECTION}objects/?added_after={text}", status=400) for text in bad
    ]


def pages() -> list[Case]:
    """3.5: limit, and the malformed."""
    right: dict[str, tuple[str, ...]] = {
        "1": LATEST[:1],
        "2": LATEST[:2],
        "4": LATEST[:4],
        "5": LATEST,
        "6": LATEST,
        "1000": LATEST,
        "1001": LATEST,
        "999999999": LATEST,
    }
    cases = [
        Case(section="3.5", path=f"{COLLECTION}{resource}/?limit={limit}", held=held)
        for limit, held in right.items()
        for resource in ("objects", "manifest")
    ]
    limits: tuple[str, ...] = (
        "0",
        "-1",
        "many",
        "",
        "1.5",
        "1e3",
        "0x10",
        "%00",
        "%D9%A1",
        "%2B1",
        "%201",
        "1%20",
        "1,2",
        "null",
    )
    limits += ("1" + "0" * 30, "True", "½", "1&limit=2")
    tokens: tuple[str, ...] = (
        "",
        "1",
        "x",
        "%00",
        "A" * 32,
        "A" * 5000,
        "'--",
        "../..",
        "%FF",
        "null",
        "A" * 31 + "=",
        "0&next=0",
    )
    queries = [f"limit={each}" for each in limits] + [f"next={each}" for each in tokens]
    queries += [f"limit=1&next={each}" for each in tokens[:4]]
    ids: tuple[str, ...] = (
        "1",
        "note",
        "note--1",
        "%00",
        ",",
        "",
        "NOTE--" + note_id()[6:],
        f"{note_id()},",
        " " + note_id(),
    )
    queries += [f"match[id]={each}" for each in ids]
    queries += [
        f"match[type]={each}" for each in ("%00", "", "NOTE", "n", "no te", "note,", "a" * 251, "é", ";")
    ]
    queries += [
        f"match[version]={each}" for each in ("", "latest", "LAST", "all,last", "all,first", ",", "1")
    ]
    queries += [f"match[version]={each}" for each in ("last,", "yesterday", f"all,{CREATED}", "%00", "2026")]
    queries += [
        f"match[spec_version]={each}" for each in ("", "2", "two", "2.1.0", "%00", "2.1,", "v2.1", "-2.1")
    ]
    queries += ["match[colour]=red", "match[]=1", "match[id][]=1", "match[type]=note&match[type]=note"]
    queries += [f"match[{name}]=" + ",".join(["2.1"] * 100_000) for name in ("id", "type", "version")]
    return cases + [
        Case(section="3.4", path=f"{COLLECTION}objects/?{query}", status=400)
        for query in dict.fromkeys(queries)
    ]


def contents() -> list[Case]:
    """3.7, 5.5: which Content-Type is taken, which is a 415."""
    right = [
        TAXII,
        "application/taxii+json",
        "application/taxii+json; version=2.1",
        'application/taxii+json; version="2.1"',
        "application/taxii+json;version=2.1;charset=utf-8",
        'application/taxii+json; charset="UTF-8"; version=2.1',
        "APPLICATION/TAXII+JSON;VERSION=2.1",
    ]
    wrong = [
        None,
        "",
        "application/json",
        "application/stix+json;version=2.1",
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=3",
        "application/vnd.oasis.stix+json; version=2.0",
        "application/taxii+json;charset=utf-16",
        "application/taxii+json;charset=iso-8859-1",
        "application/taxii+json;colour=red",
        "text/plain",
        "text/html",
        "*/*",
        "application/*",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "x",
        "/",
        '"',
        ";version=2.1",
        "application/taxii+json, application/taxii+json",
        "a" * 5000,
    ]
    body = envelope(note(51))
    cases = [
        Case(
            section="1.6.8",
            path=WRITABLE,
            method="POST",
            status=202,
            body=body,
            headers={"Content-Type": each},
        )
        for each in right
    ]
    cases += [
        Case(
            section="1.6.8",
            path=WRITABLE,
            method="POST",
            status=415,
            body=body,
            headers={"Content-Type": each},
        )
        for each in wrong
    ]
    return cases + [
        Case(
            section="RFC 9110, 8.4",
            path=WRITABLE,
            method="POST",
            status=415,
            body=body,
            headers={"Content-Type": TAXII, "Content-Encoding": coding},
        )
        for coding in ("gzip", "deflate", "br", "GZIP", "x", "gzip, identity")
    ]


def credentials() -> list[Case]:
    """1.7, RFC 7617, RFC 6750: whatever is no credential of ours is a 401."""
    given = [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic AAAA",
        "Basic Og==",
        "Basic OjE=",
        "Bearer",
        "Bearer ",
    ]
    given += [
        "Bearer x",
        "Bearer " + "x" * 43,
        "Digest username=x",
        "Negotiate x",
        "Token x",
        "x",
        "\x7f",
        "é",
    ]
    given += [
        "Basic " + "A" * 10_000,
        "Basic YTpi, Basic YTpi",
        "basic",
        "Basic gAA6gA==",
        "Basic AA==",
        "Bearer =",
    ]
    return [
        Case(section="1.7", path=path, headers={"Authorization": each}, authorised=False, status=401)
        for each in given
        for path in ("/taxii2/", COLLECTION + "objects/")
    ]


READ = (accepts, everywhere, methods, rights, filters, times, pages, contents, credentials)
CASES = [case for table in READ for case in table()]
