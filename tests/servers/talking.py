"""A mail server whose every answer the test decides: it refuses, hangs up, or says nothing, where it is told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

HANG_UP = "hang up"
STALL = "stall"

Says = Callable[[str, int], str | None]
"""What it says to a step of the conversation of so many connections before: an answer, HANG_UP, STALL, or as usual."""

USUAL = {
    "banner": "220 talking.example ESMTP",
    "EHLO": "250-talking.example\r\n250 8BITMIME",
    "DATA": "354 go on",
    "body": "250 2.0.0 taken",
    "QUIT": "221 bye",
}


class Talking:
    """Notes the steps of each conversation, and the mails; as a context it runs in threads of its own."""

    def __init__(self, says: Says = lambda step, connection: None) -> None:
        self.says = says
        self.steps: list[list[str]] = []
        self.mails: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Talking:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for talk in self._open:
            with suppress(OSError):
                talk.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                talk, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(talk)
            number = len(self.steps)
            self.steps.append([])
            thread = threading.Thread(target=self._converse, args=(talk, number))
            self._threads.append(thread)
            thread.start()

    def _converse(self, talk: socket.socket, number: int) -> None:
        with talk, talk.makefile("rb") as heard, suppress(OSError):
            step = "banner"
            while (said := self._answer(talk, step, number)) is not None:
                if step == "DATA" and said.startswith("354"):
                    lines = []
                    while (line := heard.readline()) not in (b".\r\n", b""):
                        lines.append(line)
                    if not line:
                        return
                    self.mails.append(b"".join(lines))
                    step = "body"
                    continue
                line = heard.readline()
                if not line:
                    return
                step = line.split()[0].decode("latin-1").upper()

    def _answer(self, talk: socket.socket, step: str, number: int) -> str | None:
        """Answer; None where the conversation is over."""
        self.steps[number].append(step)
        said = self.says(step, number) or USUAL.get(step, "250 2.0.0 ok")
        if said == STALL:
            self._over.wait(60)
        if said in (HANG_UP, STALL):
            return None
        talk.sendall(said.encode() + b"\r\n")
        return None if step == "QUIT" or said.startswith("421") else said
