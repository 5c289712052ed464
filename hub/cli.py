"""The command `priority-hub`: exit 0 on success, 1 on a refusal told in one line, 2 on wrong use."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from hub.cli_administrator import administrator
from hub.cli_advisories import advisory
from hub.cli_audit import audit
from hub.cli_backup import backup, restore, upgrade
from hub.cli_doctor import doctor
from hub.cli_keys import keys
from hub.cli_passkeys import passkeys
from hub.cli_receiver import open_file, pull
from hub.cli_vault import vault
from hub.core import metrics
from hub.core.clock import system_clock
from hub.core.config import Config
from hub.core.errors import HubError
from hub.core.instance import open_instance
from hub.core.lanes import MOST_LANES
from hub.core.log import start_logging
from hub.setup import initialise
from hub.worker import Worker
from keys.homes import lasting_directory, sweep

WEB_THREADS = 8
# How glibc keeps what threads free: in two places, not one for each thread; nothing of a large page at all.
WEB_MEMORY = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 20),  # bytes
    "MALLOC_TRIM_THRESHOLD_": str(1 << 20),
}
FEWEST_JOBS = 2  # one that fails slowly must not keep all others waiting
BREAKS = ["wrong-key", "other-collection", "unsigned-copy"]


class Told(click.Group):
    """Tells a refusal in one line on standard error, with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command."""
        try:
            return super().invoke(ctx)
        except HubError as refused:
            click.echo(f"priority-hub: {refused}", err=True)
        except OSError as failed:  # no space, no right, no such program: the system's word, and for what
            where = f": {failed.filename}" if failed.filename else ""
            click.echo(f"priority-hub: {failed.strerror or 'the system refused'}{where}", err=True)
        except OperationalError:
            click.echo("priority-hub: the database does not answer or is of another revision", err=True)
        sys.exit(1)


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="priority-hub")
def main() -> None:
    """Priority information provision: apply, review, agree; sealed advisories over TAXII and mail.

    The instance is the folder that HUB_INSTANCE names (default: instance).
    """


main.add_command(administrator)
main.add_command(advisory)
main.add_command(audit)
main.add_command(backup)
main.add_command(doctor)
main.add_command(restore)
main.add_command(upgrade)
main.add_command(keys)
main.add_command(passkeys)
main.add_command(open_file)
main.add_command(pull)
main.add_command(vault)


@main.command()
@click.option("--administrator", "email", metavar="EMAIL", help="Open the first administrator's account.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
def init(email: str | None, *, as_json: bool) -> None:
    """Make an instance: secrets, database, sectors, the hub's key."""
    made = initialise(Config.from_env(), administrator=email, now=system_clock())
    if as_json:
        shown = {
            "fingerprint": made.fingerprint,
            "recovery_code": made.recovery_code,
            "invitation": made.invitation,
        }
        click.echo(json.dumps(shown))
        return
    click.echo(f"Hub key (recipients pin it): {made.fingerprint}")
    click.echo(f"Primary key, to be moved off this machine: {made.escrow}")
    click.echo(f"Its recovery code, shown only now: {made.recovery_code}")
    if made.invitation:
        click.echo(f"The administrator sets up the account at: {made.invitation}")


@main.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
def serve(bind: str, workers: int) -> None:
    """Serve the pages and TAXII with gunicorn; put TLS in front of it.

    With HUB_METRICS=HOST:PORT, Prometheus finds its page at that address, and nothing else is there.
    """
    config = Config.from_env()
    open_instance(config).db.dispose()  # a missing secret is told here, not by each process
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", bind, "--workers", str(workers)]
    gunicorn += ["--worker-class", "gthread", "--threads", str(WEB_THREADS), "--no-control-socket"]
    gunicorn += ["--log-level", "warning", "--logger-class", "hub.web.gunicorn_log.GunicornLog"]
    env = WEB_MEMORY | os.environ
    if config.metrics:
        sweep()  # what a process that is gone has counted
        env[metrics.FILES] = str(lasting_directory())
        gunicorn += ["--bind", f"{config.metrics[0]}:{config.metrics[1]}"]
    os.execve(sys.executable, [*gunicorn, "wsgi:app"], env)  # noqa: S606 - no shell


@main.command()
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_LANES),
    default=min(max(FEWEST_JOBS, os.cpu_count() or 1), MOST_LANES),
    show_default="as many as cores, at least 2",
    help="How many jobs at a time.",
)
def worker(jobs: int) -> None:
    """Do what was promised: seal copies, send mail. The one process with the signing key.

    Any number of workers, on any number of machines, may share one PostgreSQL database.
    """
    start_logging()
    Worker(open_instance(Config.from_env()), jobs=jobs).run()


@main.command()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), required=True, help="Where everything goes."
)
@click.option(
    "--json", "contract", type=click.Path(path_type=Path), help="Write addresses and accounts here."
)
@click.option("--serve", is_flag=True, help="Keep web, worker and mail server until interrupted.")
@click.option("--port", type=int, help="Port of the web pages; a free one if not given.")
@click.option("--bodies", type=int, help="How many sector bodies; 4, or 40 in a year.")
@click.option("--advisories", type=int, help="At least so many sealed objects, 4; or notices in a year, 12.")
@click.option("--year", is_flag=True, help="Play a year's history instead, to look at; it takes minutes.")
@click.option("--seed", default=1, show_default=True, help="Which year: the same seed, the same history.")
@click.option("--csaf", type=click.Path(path_type=Path, exists=True), help="Play with a real CSAF document.")
@click.option(
    "--break",
    "break_step",
    type=click.Choice(BREAKS),
    hidden=True,
    help="Spoil one step: the proof must fail.",
)
def demo(  # noqa: PLR0917 - one parameter an option
    folder: Path,
    contract: Path | None,
    serve: bool,  # noqa: FBT001 - click hands options over by name
    port: int | None,
    bodies: int | None,
    advisories: int | None,
    year: bool,  # noqa: FBT001 - likewise
    seed: int,
    csaf: Path | None,
    break_step: str | None,
) -> None:
    """Play the whole scheme, and prove each step with programs that are not ours.

    With --year: a year of 40 bodies of every sector with 3,000 members and 12 notices, by the services that
    pages call, with time handed in. What bodies do is drawn from the seed. Sealing, signatures and mail are
    real, and dated as the year goes. Some work is left for whoever looks; heartbeats and the nightly look at
    certificates are played for the last days only.
    """
    from hub.demo import play, play_year  # noqa: PLC0415 - needs the parts of the extra `demo`

    if year:
        if contract or csaf or break_step:
            raise click.UsageError("--json, --csaf and --break are not for --year")
        play_year(folder, bodies=bodies or 40, notices=advisories or 12, seed=seed, serve=serve, port=port)
        return
    play(
        folder,
        contract=contract,
        serve=serve,
        port=port,
        bodies=4 if bodies is None else bodies,
        advisories=4 if advisories is None else advisories,
        csaf=csaf,
        break_step=break_step,
    )
