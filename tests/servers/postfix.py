"""A real Postfix in a temporary folder, on loopback: a configuration, a queue and a log of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import lacking
from tests.servers.ports import free_port

DAEMONS = Path("/usr/lib/postfix/sbin")
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One that runs: where it listens, and its log."""

    def __init__(self, home: Path, next_hop: int, settings: dict[str, str]) -> None:
        self.home, self.port = home, free_port()
        conf = home / "conf"
        conf.mkdir()
        for folder in ("queue", "data"):
            (home / folder).mkdir()
        shutil.chown(home / "data", "postfix")
        values = {
            "compatibility_level": "3.6",
            "queue_directory": str(home / "queue"),
            "data_directory": str(home / "data"),
            "maillog_file": str(home / "log"),
            "maillog_file_prefixes": str(home),
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "myhostname": "relay.example",
            "mydestination": "",
            "mynetworks": "127.0.0.0/8",
            "relayhost": f"[127.0.0.1]:{next_hop}",
            "smtp_tls_security_level": "none",
            "smtpd_client_restrictions": "",
            "bounce_size_limit": "50000",
            **settings,
        }
        (conf / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in values.items()))
        (conf / "master.cf").write_text(SERVICES.format(port=self.port).lstrip())
        # Makes the folders of the queue, and says what is wrong with the settings.
        subprocess.run(["postfix", "-c", str(conf), "check"], check=True, capture_output=True)
        # It changes its user now and then, and forgets with that to end when its parent does; a shell remembers.
        program = f"{DAEMONS}/master -c {conf} -d & trap 'kill $!; wait $!' TERM; wait $!"
        command = ["setpriv", "--pdeathsig=TERM", "sh", "-c", program]
        with (home / "out").open("wb") as out:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as talk:
                    if talk.recv(100).startswith(b"220"):
                        return
            except OSError:
                pass
            subprocess.run(["sleep", "0.05"], check=True)
        said = "".join(
            file.read_text(errors="replace")[-2000:] for file in (self.home / "out", self.home / "log") if file.exists()
        )
        raise RuntimeError(f"Postfix didn't start:\n{said}")

    def stop(self) -> None:
        """Stop it and all that it started."""
        self._process.terminate()
        self._process.wait(30)


@contextmanager
def postfix(next_hop: int, **settings: str) -> Iterator[Postfix]:
    """Give one that passes all mail on to a port of loopback; `settings` are those of main.cf."""
    if shutil.which("postfix") is None or not DAEMONS.is_dir():
        lacking("Postfix isn't here (Debian and Ubuntu: apt-get install postfix, and choose no configuration)")
    if os.geteuid() != 0:
        lacking("Postfix starts only for root")
    with TemporaryDirectory(prefix="pyrometer-postfix-") as folder:
        # Its processes are other users'.
        Path(folder).chmod(0o755)
        made = Postfix(Path(folder), next_hop, settings)
        try:
            made.wait()
            yield made
        finally:
            made.stop()
