"""A client that costs little: prepared requests over kept connections, one thread, each answer measured."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CHUNK = 1 << 20
FEWEST = 30  # answers
APART = 0.005  # seconds


@dataclass
class Line:
    """One connection with a request under way."""

    socket: socket.socket
    begun: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        self.received.clear()
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def whole(self) -> bool:
        """Take what has come; tell whether the answer is complete."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.received += part
        head = self.received.find(b"\r\n\r\n")
        return head >= 0 and len(self.received) >= head + 4 + _length(bytes(self.received[:head]))


def _length(head: bytes) -> int:
    if not head.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(head.decode(errors="replace"))
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise ConnectionError("an answer without its length")


def connected(port: int) -> Line:
    """Return a new connection to a server on loopback."""
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Line(line)


def ask(line: Line, request: bytes) -> bytes:
    """Send a request and return the answer, head and body."""
    line.send(request)
    while not line.whole():
        pass
    return bytes(line.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """The seconds of each answer, and of all together."""

    times: Sequence[float]
    seconds: float


def flood(port: int, request: bytes, *, connections: int, seconds: float) -> Flood:
    """Ask the same again and again on so many connections.

    They are made one after the other, as those of different clients: in one burst, one process might take
    them all. It goes on until there are enough answers to speak of, however slow they come.
    """
    times: list[float] = []
    with selectors.DefaultSelector() as ready:
        lines = []
        for _ in range(connections):
            lines.append(connected(port))
            time.sleep(APART)
        begun = time.perf_counter()
        for line in lines:
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
        end = begun + seconds
        while time.perf_counter() < end or len(times) < FEWEST:
            for key, _ in ready.select(timeout=1):
                if key.data.whole():
                    times.append(time.perf_counter() - key.data.begun)
                    key.data.send(request)
        took = time.perf_counter() - begun
    for line in lines:
        line.socket.close()
    return Flood(times=times, seconds=took)
