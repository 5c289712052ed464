"""Mail servers that no software would be: each answers the lines of a client as a test says, or worse."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from hub.demo.mailserver import LOOPBACK

Answer = Callable[[bytes], bytes | None]
OK = b"250 OK\r\n"


def polite(line: bytes) -> bytes | None:
    """Answer as a server does that takes everything; after None it hangs up."""
    told = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
    return told.get(line.strip().upper()[:4], OK)


def but(**answers: bytes | None) -> Answer:
    """Answer politely but to these commands; `END` is the dot after the message, `HELLO` the connection."""
    odd = {command.encode(): answer for command, answer in answers.items()}

    def answer(line: bytes) -> bytes | None:
        word = line.strip().upper()[:4]
        command = {b"": b"HELLO", b".": b"END"}.get(word, word)
        if command in odd:
            return odd[command]
        return b"220 here\r\n" if command == b"HELLO" else polite(line)

    return answer


@contextmanager
def odd_server(answer: Answer) -> Iterator[int]:
    """Serve, and give the port; what `answer` gives to b"" is the greeting."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        threading.Thread(target=_accept, args=[listening, answer], daemon=True).start()
        yield int(listening.getsockname()[1])
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, answer: Answer) -> None:
    with suppress(OSError):  # the test is over
        while True:
            client, _ = listening.accept()
            threading.Thread(target=_talk, args=[client, answer], daemon=True).start()


def _talk(client: socket.socket, answer: Answer) -> None:
    with client, client.makefile("rwb") as lines, suppress(OSError, ValueError):
        inside, line = False, b""
        while True:
            said = OK if inside else answer(line)
            if said is None:
                return
            if not inside:
                lines.write(said)
                lines.flush()
            inside = inside or line.upper().startswith(b"DATA")
            line = lines.readline()
            if not line:
                return
            inside = inside and line != b".\r\n"


@contextmanager
def endless(greeting: bytes, *, every: float = 0.0) -> Iterator[int]:
    """Serve clients the same bytes again and again, as fast as they take them or every so many seconds."""
    over = threading.Event()

    def talk(client: socket.socket) -> None:
        with client, suppress(OSError):
            while not over.wait(every):
                client.sendall(greeting)

    def accept(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=talk, args=[listening.accept()[0]], daemon=True).start()

    with socket.create_server((LOOPBACK, 0)) as listening:
        threading.Thread(target=accept, args=[listening], daemon=True).start()
        yield int(listening.getsockname()[1])
        over.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
