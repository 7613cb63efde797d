"""A bounded load from a process of its own: `python -m tools.bench.load` reads a plan on standard input, as JSON
`{"port": 8000, "paths": ["/", …], "connections": 8}`, asks for every path once, and prints `{"seconds", "latencies",
"first_bytes"}`: of each request how long it took, and how long until the first byte of the answer, in seconds.

Talks HTTP over bare sockets on the loopback address: a full client would spend the processor that it is to measure.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator

TIMEOUT_SECONDS = 30
CHUNK = 65_536


def main() -> None:
    """Run the plan on standard input."""
    plan = json.load(sys.stdin)
    latencies: list[float] = []
    first_bytes: list[float] = []
    paths = iter(plan["paths"])
    lock = threading.Lock()
    arguments = (plan["port"], paths, lock, latencies, first_bytes)
    threads = [threading.Thread(target=_ask_all, args=arguments) for _ in range(plan["connections"])]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if len(latencies) != len(plan["paths"]):
        raise SystemExit("Some requests had no answer of 200, so there is no figure.")
    json.dump({"seconds": seconds, "latencies": latencies, "first_bytes": first_bytes}, sys.stdout)


def _ask_all(
    port: int, paths: Iterator[str], lock: threading.Lock, latencies: list[float], first_bytes: list[float]
) -> None:
    connection = _connect(port)
    try:
        while True:
            with lock:
                path = next(paths, None)
            if path is None:
                return
            begun = time.perf_counter()
            first_byte, is_over = _ask(connection, port, path)
            latencies.append(time.perf_counter() - begun)
            first_bytes.append(first_byte - begun)
            if is_over:
                connection.close()
                connection = _connect(port)
    finally:
        connection.close()


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _ask(connection: socket.socket, port: int, path: str) -> tuple[float, bool]:
    """Ask for one page and read all of it: when its first byte came, and whether the server closes the connection."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: bench\r\n\r\n".encode())
    received = bytearray(_more(connection))
    first_byte = time.perf_counter()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = received[:end].decode("latin-1").lower()
    if not head.startswith("http/1.1 200"):
        raise RuntimeError(f"{path}: {head.splitlines()[0]}")
    length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
    missing = length - (len(received) - end - 4)
    while missing > 0:
        missing -= len(_more(connection))
    return first_byte, "connection: close" in head


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(CHUNK)
    if not chunk:
        raise RuntimeError("The server closed the connection in the middle of an answer.")
    return chunk


if __name__ == "__main__":
    main()
