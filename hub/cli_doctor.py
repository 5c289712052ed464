"""The command `priority-hub doctor`."""

import json
import sys

import click

from hub.core.clock import system_clock
from hub.core.config import Config
from hub.doctor.finding import State
from hub.doctor.looking import look


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
def doctor(*, as_json: bool) -> None:
    """Look at everything that the hub needs; exit 1 if anything is bad. Changes nothing, sends nothing.

    Run it as the worker's user: what only that user may see is passed over otherwise.
    """
    found = []
    for finding in look(Config.from_env(), now=system_clock()):
        found.append(finding)
        if not as_json:
            click.echo(f"{finding.state:<7}  {finding.name}: {finding.text}")
    well = all(finding.state is not State.BAD for finding in found)
    if as_json:
        checks = [{"name": each.name, "state": each.state, "text": each.text} for each in found]
        click.echo(json.dumps({"good": well, "checks": checks}))
    sys.exit(0 if well else 1)
