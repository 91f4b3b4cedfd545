"""Connections to the mail server that are kept for the next mails."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from pyrometer.app.delivery.email.conversation import Connection
from pyrometer.app.delivery.email.server import Server

IDLE = timedelta(seconds=30)
"""For how long an unused one is kept: shorter than any server waits."""


class Pool:
    """The open connections of a process. One that is lent is its borrower's alone."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._idle: list[Connection] = []

    def borrow(self, server: Server, now: datetime) -> Connection:
        """One that answers, or a new one. Raises OSError."""
        while (found := self._kept(server, now)) is not None:
            if found.alive():
                return found
            found.close()
        return Connection.open(server)

    def give_back(self, connection: Connection, now: datetime) -> None:
        """Keep it for the next one, unless enough went over it."""
        if connection.spent:
            connection.quit()
            return
        connection.idle_since = now
        with self._guard:
            self._idle.append(connection)

    def tidy(self, now: datetime) -> None:
        """Say good-bye on those that nobody has used for a while."""
        with self._guard:
            old = [each for each in self._idle if _stale(each, now)]
            self._idle = [each for each in self._idle if each not in old]
        for each in old:
            each.quit()

    def close(self) -> None:
        """Say good-bye on all of them."""
        with self._guard:
            idle, self._idle = self._idle, []
        for each in idle:
            each.quit()

    def _kept(self, server: Server, now: datetime) -> Connection | None:
        self.tidy(now)
        with self._guard:
            for place in reversed(range(len(self._idle))):
                if self._idle[place].server == server:
                    return self._idle.pop(place)
        return None


def _stale(connection: Connection, now: datetime) -> bool:
    since = connection.idle_since
    return since is None or not timedelta(0) <= now - since < IDLE


pool = Pool()
"""That of this process."""
