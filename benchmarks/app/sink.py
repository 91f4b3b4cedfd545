"""A mail server that takes everything, counts it and keeps nothing: as little work as a server can have.

It reads each mail to its end, offers PIPELINING, and knows a command of its own: XSTAT says how many mails it took, to
how many recipients, and the seconds from the first to the last.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections import Counter

END = b"\r\n.\r\n"


class Tally:
    """What came so far."""

    def __init__(self) -> None:
        self.to: Counter[bytes] = Counter()
        self.first = self.last = 0.0

    def took(self, to: bytes) -> None:
        """Count a mail."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.to[to] += 1

    def line(self) -> bytes:
        """Mails, recipients, seconds."""
        return f"250 {self.to.total()} {len(self.to)} {self.last - self.first:.4f}\r\n".encode()


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.buffer = bytearray()
        self.to = b""
        self.body = False
        self.seen = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer all that is whole, at once."""
        self.buffer += data
        said: list[bytes] = []
        while (answer := self._next()) is not None:
            said.append(answer)
        self.transport.write(b"".join(said))
        if said and said[-1].startswith(b"221"):
            self.transport.close()

    def _next(self) -> bytes | None:
        """The answer to the next line or mail; None where it isn't whole yet."""
        if self.body:
            end = self.buffer.find(END, max(0, self.seen - len(END)))
            if end < 0:
                self.seen = len(self.buffer)
                return None
            del self.buffer[: end + len(END)]
            self.body, self.seen = False, 0
            self.tally.took(self.to)
            return b"250 2.0.0 taken\r\n"
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return None
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return self._answer(line)

    def _answer(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO":
                return b"250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            case b"RCPT":
                self.to = line[8:]
            case b"DATA":
                self.body = True
                return b"354 go on\r\n"
            case b"XSTA":
                return self.tally.line()
            case b"QUIT":
                return b"221 bye\r\n"
        return b"250 2.0.0 ok\r\n"


async def main(port: int) -> None:
    """Listen on loopback until somebody ends it."""
    tally, over = Tally(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    async with await loop.create_server(lambda: Conversation(tally), "127.0.0.1", port):
        await over.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
