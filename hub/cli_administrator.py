"""The commands `priority-hub administrator ...`: for when nobody is left who could invite one."""

import json

import click

from hub.core.config import Config
from hub.core.instance import open_instance
from hub.setup import invite_administrator


@click.group()
def administrator() -> None:
    """Bring in an administrator at the console."""


@administrator.command()
@click.option("--email", required=True, metavar="ADDRESS", help="Of the new administrator.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def invite(email: str, *, as_json: bool) -> None:
    """Open an administrator's account; the link that sets it up is shown once, here. The log tells of it."""
    hub = open_instance(Config.from_env())
    with hub.db.transaction() as session:
        link = invite_administrator(hub, session, email, now=hub.clock())
    hub.db.dispose()
    if as_json:
        click.echo(json.dumps({"invitation": link}))
        return
    click.echo(f"The administrator sets up the account at: {link}")
