"""Filter rules that put the hub's mail where it is seen: by sender, and by the literal tags of the subject.

The tags are those of `feeds.formats.subject`. A rule sorts mail and proves nothing: whether a mail is the
hub's is told by its signature alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from feeds.formats.subject import WORDS, MailKind

FOLDER = "優先情報"
DRILLS = f"{FOLDER}-訓練"
PRESSING = frozenset({MailKind.NEW, MailKind.CORRECTION, MailKind.REMINDER, MailKind.ACTION})
# Thunderbird's own names of the tags "Important" and "Later"; they need no folder and no account.
IMPORTANT, LATER = "$label1", "$label5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Mail whose subject holds all of these tags belongs into this folder; pressing mail is flagged too."""

    tags: tuple[str, ...]
    folder: str
    pressing: bool = False


def rules() -> tuple[Rule, ...]:
    """Return the rules in their order: the first that fits is applied."""
    kinds = tuple(
        Rule(
            tags=("[PRIORITY]", f"[{kind.name}]"),
            folder=f"{FOLDER}-{WORDS[kind]}",
            pressing=kind in PRESSING,
        )
        for kind in MailKind
    )
    return (Rule(tags=("[DRILL]",), folder=DRILLS), *kinds, Rule(tags=("[PRIORITY]",), folder=FOLDER))


def sieve(sender: str) -> str:
    """Return the rules as a sieve script (RFC 5228, with RFC 5232 flags and RFC 5490 folders)."""
    return "\r\n".join(_sieve_lines(sender)) + "\r\n"


def _sieve_lines(sender: str) -> Iterator[str]:
    yield 'require ["fileinto", "mailbox", "imap4flags"];'
    for rule in rules():
        tests = [f'address :is "from" {_quoted(sender)}']
        tests += [f'header :contains "subject" {_quoted(tag)}' for tag in rule.tags]
        yield f"if allof ({', '.join(tests)}) {{"
        if rule.pressing:
            yield '    addflag "\\\\Flagged";'
        yield f"    fileinto :create {_quoted(rule.folder)};"
        yield "    stop;"
        yield "}"


def thunderbird(sender: str) -> str:
    """Return the rules as Thunderbird keeps them, in msgFilterRules.dat of an account.

    They set a tag and a star, for a folder there has the account's name in it.
    """
    return "\n".join(_thunderbird_lines(sender)) + "\n"


def _thunderbird_lines(sender: str) -> Iterator[str]:
    yield from ('version="9"', 'logging="no"')
    for rule in rules():
        terms = [f"(from,contains,{sender})", *(f"(subject,contains,{tag})" for tag in rule.tags)]
        yield from (f'name="{rule.folder}"', 'enabled="yes"', 'type="17"')
        yield from ('action="AddTag"', f'actionValue="{LATER if rule.folder == DRILLS else IMPORTANT}"')
        if rule.pressing:
            yield 'action="Mark flagged"'
        yield 'action="Stop execution"'
        yield f'condition="{" ".join(f"AND {term}" for term in terms)}"'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
