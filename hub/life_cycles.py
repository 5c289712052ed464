"""Every life cycle of the hub, found by its `states.py`, and `docs/states.md` drawn from the tables.

python -m hub.life_cycles          write docs/states.md anew
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

PACKAGES = ("hub", "keys", "sectors", "nda", "feeds")
DOCUMENT = Path(__file__).parents[1] / "docs" / "states.md"
PREFACE = """# Life cycles

Drawn from the tables in each `states.py` by `python -m hub.life_cycles`; a test compares. What no arrow
shows is refused, and changes nothing.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeCycle:
    """One table of moves: its module and name, what the module says it is, and the table itself."""

    module: str
    name: str
    title: str
    moves: Mapping[tuple[StrEnum, StrEnum], StrEnum]

    @property
    def states(self) -> type[StrEnum]:
        """Return the states, in the order in which they are told."""
        return type(next(iter(self.moves))[0])

    @property
    def kinds_of_move(self) -> type[StrEnum]:
        """Return the moves, in the order in which they are told."""
        return type(next(iter(self.moves))[1])


def life_cycles() -> tuple[LifeCycle, ...]:
    """Return every life cycle by its module and name."""
    return tuple(sorted(_found(), key=lambda each: (each.module, each.name)))


def _found() -> Iterator[LifeCycle]:
    for package in PACKAGES:
        root = importlib.import_module(package)
        for info in pkgutil.walk_packages(root.__path__, prefix=f"{package}."):
            if info.name.rpartition(".")[2] == "states":
                module = importlib.import_module(info.name)
                title = (module.__doc__ or "").partition("\n")[0].rstrip(".")
                for name, table in vars(module).items():
                    if name.endswith("MOVES"):
                        yield LifeCycle(module=info.name, name=name, title=title, moves=table)


def drawn() -> str:
    """Return the document: for each life cycle a diagram, and the same as a table."""
    return "\n".join([PREFACE, *(_section(each) for each in life_cycles())])


def _section(cycle: LifeCycle) -> str:
    arrows = [
        f"    {_id(state)} --> {_id(after)}: {move.value}" for (state, move), after in cycle.moves.items()
    ]
    names = [f'    state "{state.value}" as {_id(state)}' for state in cycle.states]
    rows = [
        f"| {state.value} | {move.value} | {after.value} |" for (state, move), after in cycle.moves.items()
    ]
    ends = [state.value for state in cycle.states if all(begin is not state for begin, _ in cycle.moves)]
    return "\n".join(
        [
            f"## `{cycle.module.replace('.', '/')}.py` {cycle.name}",
            "",
            f"{cycle.title}.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *names,
            *arrows,
            "```",
            "",
            "| in state | move | then |",
            "|---|---|---|",
            *rows,
            "",
            f"Nothing leads out of: {', '.join(ends) or 'none'}.",
            "",
        ]
    )


def _id(state: StrEnum) -> str:
    return state.name.lower()


if __name__ == "__main__":
    DOCUMENT.write_text(drawn(), encoding="utf-8")
