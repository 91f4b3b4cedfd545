"""A mailbox by IMAP on loopback (RFC 3501, what reading it needs), which notes whatever would change it."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer

USER, PASSWORD = "bounces@mail.example", "s@x w"


class Imap:
    """A folder of messages; as a context it runs in threads of its own."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}
        self.validity = 7
        self.commands: list[str] = []
        folder = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    self.say(b"* OK [CAPABILITY IMAP4rev1] ready")
                    while line := self.rfile.readline():
                        tag, _, command = line.decode().strip().partition(" ")
                        if not folder.answer(self, tag.encode(), command):
                            return

            def say(self, line: bytes) -> None:
                self.wfile.write(line + b"\r\n")

        class Server(ThreadingTCPServer):
            daemon_threads = False
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])

    def add(self, raw: bytes) -> int:
        """A message that comes; its number."""
        number = max(self.messages, default=0) + 1
        self.messages[number] = raw
        return number

    def answer(self, handler: object, tag: bytes, command: str) -> bool:
        """Do a command; False where it was the last."""
        say = handler.say  # type: ignore[attr-defined]
        self.commands.append(command.split(" BODY")[0])
        name = command.split(" ")[0].upper()
        if name == "LOGIN":
            right = command == f'LOGIN {USER} "{PASSWORD}"'
            say(tag + (b" OK in" if right else b" NO [AUTHENTICATIONFAILED] wrong"))
        elif name in ("EXAMINE", "SELECT"):
            if "INBOX" not in command:
                say(tag + b" NO no such folder")
                return True
            say(b"* %d EXISTS" % len(self.messages))
            say(b"* OK [UIDVALIDITY %d] valid" % self.validity)
            say(tag + b" OK [READ-ONLY] open")
        elif found := re.fullmatch(r"UID SEARCH UID (\d+):\*", command):
            last = max(self.messages, default=0)
            low, high = sorted((int(found[1]), last))
            say(b"* SEARCH " + b" ".join(b"%d" % number for number in self.messages if low <= number <= high))
            say(tag + b" OK done")
        elif found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            raw = self.messages.get(int(found[1]))
            if raw is not None:
                part = raw[: int(found[2])]
                say(b"* 1 FETCH (UID %s BODY[]<0> {%d}" % (found[1].encode(), len(part)))
                handler.wfile.write(part + b")\r\n")  # type: ignore[attr-defined]
            say(tag + b" OK done")
        elif name == "LOGOUT":
            say(b"* BYE")
            say(tag + b" OK done")
            return False
        elif name == "CAPABILITY":
            say(b"* CAPABILITY IMAP4rev1")
            say(tag + b" OK done")
        else:
            say(tag + b" BAD what?")
        return True

    def __enter__(self) -> Imap:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
