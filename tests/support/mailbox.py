"""Dovecot on loopback with one mailbox, over TLS with a certificate of its own: IMAP as it is used."""

import grp
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.demo.mailserver import free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
START_LIMIT = 20.0  # seconds
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain
first_valid_uid = 0
mail_location = maildir:{folder}/maildir
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A served mailbox: its port and the maildir behind it."""

    port: int
    maildir: Path


@contextmanager
def dovecot(folder: Path, *, certificate: Path, key: Path, password: str) -> Iterator[Mailbox]:
    """Serve an empty mailbox to anybody with this password."""
    assert DOVECOT, "dovecot-imapd is not installed"
    user = pwd.getpwuid(os.getuid()).pw_name
    group = grp.getgrgid(os.getgid()).gr_name
    (folder / "maildir" / "new").mkdir(parents=True)
    if os.getuid() == 0:
        for each in (folder / "maildir", folder / "maildir" / "new"):
            shutil.chown(each, "mail", "mail")
    port = free_port()
    root = os.getuid() == 0  # then Dovecot insists on giving its rights away, to the package's users
    written = CONFIGURATION.format(
        folder=folder,
        certificate=certificate,
        key=key,
        password=password,
        port=port,
        owner="mail" if root else user,
        owner_group="mail" if root else group,
        internal="dovecot" if root else user,
        internal_group="dovecot" if root else group,
        login="dovenull" if root else user,
    )
    file = folder / "dovecot.conf"
    file.write_text(written, encoding="utf-8")
    with subprocess.Popen([DOVECOT, "-F", "-c", str(file)]) as running:
        try:
            _wait(folder / "dovecot.log", running)
            yield Mailbox(port=port, maildir=folder / "maildir")
        finally:
            running.terminate()


def _wait(log: Path, running: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_LIMIT
    while not (log.exists() and "starting up" in log.read_text(encoding="utf-8")):
        assert running.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
