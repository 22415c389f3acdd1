"""The only home of the comparison of HTTP libraries for the byte path: wall time and memory, side by side.

    python benchmarks/http_stacks.py [--rounds 5] [--files 6] [--mib 64] [--only urllib3,requests]
    python benchmarks/http_stacks.py --files 6 --mib 224        # 1.4 GB

Every measurement is one whole process: it imports its library, fetches all files six at once through a
redirect (one port answers 302, another has the bytes), computes sha256 while writing each file, and checks
the digests. The candidates take turns within each round, so a slow moment of the machine falls on all of
them. The peer, `hf_hub_download`, computes no digest. The origin is a process of its own and sends with
`sendfile`. Candidates whose library this interpreter does not have are left out, and named.

Memory is the highest resident size (VmHWM) less the resident size just after the imports; Linux only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.metadata
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["CANDIDATES", "Job", "main"]

_BLOCK = 1 << 20
_AT_ONCE = 6
_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_REPO = "bench/files"
_ROOT = Path(__file__).resolve().parents[1]

Job = Callable[[str, Path], str | None]
"""Fetches one URL into one file and returns the sha256 of what it wrote, or None where it computes none."""


# --- the origin: one process, a thread a connection, sendfile ---


def _serve(file: Path) -> None:
    """Answer on two ports for ever: the first redirects to the second, which has the bytes."""
    hub, store = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    print(json.dumps([hub.getsockname()[1], store.getsockname()[1]]), flush=True)
    size, base = file.stat().st_size, f"http://127.0.0.1:{store.getsockname()[1]}"

    def redirect(conn: socket.socket, _: str, path: str) -> None:
        name = path.rsplit("/", 1)[-1]
        # hf_hub_download keeps one blob an etag: the same bytes under every name need different etags.
        etag = hashlib.sha256(name.encode()).hexdigest()
        head = [
            "HTTP/1.1 302 Found",
            f"Location: {base}/{name}",
            f"X-Repo-Commit: {_COMMIT}",
            f'X-Linked-Etag: "{etag}"',
            f"X-Linked-Size: {size}",
            "Content-Length: 0",
        ]
        conn.sendall(("\r\n".join(head) + "\r\n\r\n").encode())

    def send(conn: socket.socket, method: str, _: str) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nContent-Type: application/octet-stream\r\n\r\n"
        conn.sendall(head.encode())
        if method == "GET":
            with file.open("rb") as body:
                conn.sendfile(body)

    threading.Thread(target=_accept, args=(hub, redirect), daemon=True).start()
    _accept(store, send)


def _accept(listener: socket.socket, answer: Callable[[socket.socket, str, str], None]) -> None:
    """Give every connection its own thread."""
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=_talk, args=(conn, answer), daemon=True).start()


def _talk(conn: socket.socket, answer: Callable[[socket.socket, str, str], None]) -> None:
    """Answer the requests of one connection until the client hangs up."""
    conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with conn, conn.makefile("rb") as lines:
        while request := lines.readline().decode("latin-1").split():
            while lines.readline().strip():
                pass
            try:
                answer(conn, request[0], request[1])
            except OSError:
                return


# --- the candidates ---


def _keep(blocks: Iterator[bytes], into: Path) -> str:
    """Write blocks to a file and return their sha256."""
    digest = hashlib.sha256()
    with into.open("wb", buffering=0) as out:
        for block in blocks:
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def _keep_into(readinto: Callable[[memoryview], int], into: Path) -> str:
    """Write what `readinto` yields to a file, through one buffer, and return its sha256."""
    digest, buffer = hashlib.sha256(), memoryview(bytearray(_BLOCK))
    with into.open("wb", buffering=0) as out:
        while n := readinto(buffer):
            digest.update(buffer[:n])
            out.write(buffer[:n])
    return digest.hexdigest()


def _use_http_client() -> Job:
    import http.client

    def connect(url: str) -> http.client.HTTPResponse:
        parts = urlsplit(url)
        conn = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        conn.request("GET", parts.path, headers={"Accept-Encoding": "identity"})
        return conn.getresponse()

    def job(url: str, into: Path) -> str:
        with connect(url) as first:
            target = first.headers["Location"]
        with connect(target) as second:
            return _keep_into(second.readinto, into)

    return job


def _use_urllib3(read: str) -> Job:
    import urllib3

    pool = urllib3.PoolManager(maxsize=_AT_ONCE, retries=False, timeout=urllib3.Timeout(connect=10, read=30))

    def job(url: str, into: Path) -> str:
        first = pool.urlopen("GET", url, redirect=False, preload_content=False)
        target = first.headers["Location"]
        first.drain_conn()
        second = pool.urlopen("GET", target, redirect=False, preload_content=False, decode_content=False)
        if read == "readinto":
            return _keep_into(second.readinto, into)
        if read == "read1":
            return _keep(iter(lambda: second.read1(_BLOCK), b""), into)
        return _keep(second.stream(_BLOCK), into)

    return job


def _use_requests() -> Job:
    import requests

    session = requests.Session()

    def job(url: str, into: Path) -> str:
        with session.get(url, allow_redirects=False, timeout=30) as first:
            target = first.headers["Location"]
        with session.get(target, stream=True, timeout=30) as second:
            return _keep(second.iter_content(_BLOCK), into)

    return job


def _use_httpx(module: str) -> Job:
    httpx = importlib.import_module(module)
    client = httpx.Client(follow_redirects=False, timeout=30)

    def job(url: str, into: Path) -> str:
        target = client.get(url).headers["Location"]
        with client.stream("GET", target, headers={"Accept-Encoding": "identity"}) as second:
            return _keep(second.iter_raw(_BLOCK), into)

    return job


def _use_pycurl() -> Job:
    pycurl = importlib.import_module("pycurl")

    def job(url: str, into: Path) -> str:
        digest, curl = hashlib.sha256(), pycurl.Curl()
        with into.open("wb", buffering=_BLOCK) as out:

            def write(block: bytes) -> None:
                digest.update(block)
                out.write(block)

            curl.setopt(pycurl.URL, url)
            curl.setopt(pycurl.FOLLOWLOCATION, 1)
            curl.setopt(pycurl.BUFFERSIZE, _BLOCK)
            curl.setopt(pycurl.WRITEFUNCTION, write)
            curl.perform()
            curl.close()
        return digest.hexdigest()

    return job


def _use_aiohttp() -> Job:
    import asyncio

    aiohttp = importlib.import_module("aiohttp")

    def write(out: int, digest: hashlib._Hash, block: bytes) -> None:
        digest.update(block)
        os.write(out, block)

    async def fetch(url: str, into: Path) -> str:
        digest, out = hashlib.sha256(), os.open(into, os.O_WRONLY | os.O_CREAT)
        async with aiohttp.ClientSession(read_bufsize=_BLOCK) as session, session.get(url) as answer:
            async for block in answer.content.iter_chunked(_BLOCK):
                await asyncio.to_thread(write, out, digest, block)
        os.close(out)
        return digest.hexdigest()

    return lambda url, into: asyncio.run(fetch(url, into))


def _use_connections() -> Job:
    sys.path.insert(0, str(_ROOT))
    from recipes_data.hub.connection import Connections

    connections = Connections(environ={})

    def job(url: str, into: Path) -> str:
        first = connections.open(url, headers={})
        target = first.headers["Location"]
        first.close()
        second = connections.open(target, headers={})
        return _keep_into(second.readinto, into)

    return job


def _use_hf_hub_download() -> Job:
    from huggingface_hub import hf_hub_download

    def job(url: str, into: Path) -> None:
        name, cache = url.rsplit("/", 1)[-1], into.parent / "cache"
        hf_hub_download(_REPO, name, repo_type="dataset", revision=_COMMIT, cache_dir=cache, token=False)

    return job


CANDIDATES: dict[str, tuple[str, Callable[[], Job]]] = {
    "http.client readinto": ("", _use_http_client),
    "urllib3 stream": ("urllib3", lambda: _use_urllib3("stream")),
    "urllib3 readinto": ("urllib3", lambda: _use_urllib3("readinto")),
    "urllib3 read1": ("urllib3", lambda: _use_urllib3("read1")),
    "requests iter_content": ("requests", _use_requests),
    "httpx iter_raw": ("httpx", lambda: _use_httpx("httpx")),
    "httpx2 iter_raw": ("httpx2", lambda: _use_httpx("httpx2")),
    "aiohttp iter_chunked": ("aiohttp", _use_aiohttp),
    "pycurl": ("pycurl", _use_pycurl),
    "hf_hub_download": ("huggingface_hub", _use_hf_hub_download),
    "hub/connection.py": ("urllib3", _use_connections),
}
"""Name -> (the distribution whose version is printed, what makes the job)."""


# --- one measurement, and all of them ---


def _resident(field: str) -> float:
    """A field of this process's status, in MiB: VmRSS (now) or VmHWM (highest)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def _work(name: str, base: str, names: list[str], folder: Path, digest: str) -> None:
    """Be the measured process: fetch everything, then print the memory figures."""
    job = CANDIDATES[name][1]()
    imported = _resident("VmRSS")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        got = list(pool.map(lambda n: job(f"{base}/datasets/{_REPO}/resolve/{_COMMIT}/{n}", folder / n), names))
    wrong = [n for n, d in zip(names, got, strict=True) if d not in (None, digest)]
    print(json.dumps({"imported": imported, "peak": _resident("VmHWM"), "wrong": wrong}))


@contextmanager
def _origin(file: Path) -> Iterator[str]:
    """A running origin's base URL."""
    command = [sys.executable, __file__, "--serve", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{json.loads(process.stdout.readline())[0]}"
        finally:
            process.kill()


def _measure(name: str, base: str, names: list[str], folder: Path, digest: str) -> tuple[float, float, float]:
    """Wall time in seconds of one whole process, its peak above the imports and its imports, in MiB."""
    into = Path(tempfile.mkdtemp(dir=folder))
    plain = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    hub = {"HF_ENDPOINT": base, "HF_HOME": str(into / "home"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    hub |= {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    command = [sys.executable, __file__, "--work", name, base, str(into), digest, *names]
    began = time.perf_counter()
    done = subprocess.run(command, env=plain | hub, stdout=subprocess.PIPE, text=True, check=True)
    wall = time.perf_counter() - began
    shutil.rmtree(into)
    told = json.loads(done.stdout)
    if told["wrong"]:
        raise SystemExit(f"{name}: wrong bytes in {told['wrong']}")
    return wall, told["peak"] - told["imported"], told["imported"]


def _available(wanted: list[str]) -> dict[str, str]:
    """The candidates that can run here, with their library's version; the others are named on stderr."""
    found: dict[str, str] = {}
    for name, (library, _) in CANDIDATES.items():
        if wanted and not any(part in name for part in wanted):
            continue
        try:
            found[name] = importlib.metadata.version(library) if library else platform.python_version()
        except importlib.metadata.PackageNotFoundError:
            print(f"left out, not installed: {name}", file=sys.stderr)
    return found


def _table(measured: dict[str, list[tuple[float, float, float]]], versions: dict[str, str]) -> Iterator[str]:
    """The result as Markdown lines; the ratio is to the first candidate, round by round."""
    first = next(iter(measured))
    yield f"| client | version | median wall s (low - high) | x {first} | peak above imports, MiB | imports |"
    yield "|---|---|---|---|---|---|"
    for name, runs in measured.items():
        walls = [run[0] for run in runs]
        ratio = statistics.median(run[0] / base[0] for run, base in zip(runs, measured[first], strict=True))
        wall = f"{statistics.median(walls):.2f} ({min(walls):.2f} - {max(walls):.2f})"
        memory = f"{max(run[1] for run in runs):.0f} | {statistics.median(run[2] for run in runs):.0f}"
        yield f"| {name} | {versions[name]} | {wall} | {ratio:.2f} | {memory} |"


def _compare(asked: argparse.Namespace) -> Iterator[str]:
    """Measure every candidate in turn, round after round, and give the report's lines."""
    versions = _available([part for part in asked.only.split(",") if part])
    names = [f"f{i}.bin" for i in range(asked.files)]
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in versions}
    with tempfile.TemporaryDirectory(dir=asked.folder) as at:
        folder, block = Path(at), os.urandom(_BLOCK)
        file = folder / "origin.bin"
        file.write_bytes(b"".join(i.to_bytes(8, "big") + block[8:] for i in range(asked.mib)))
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        with _origin(file) as base:
            for turn in range(asked.rounds + 1):
                for name in versions:
                    run = _measure(name, base, names, folder, digest)
                    # The first round compiles bytecode and fills the page cache; it is not counted.
                    if turn:
                        measured[name].append(run)
                    print(f"round {turn} {name}: {run[0]:.2f} s, {run[1]:.0f} MiB", file=sys.stderr)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    load = f"{asked.files} files x {asked.mib} MiB = {asked.files * asked.mib} MiB, {_AT_ONCE} at once"
    yield f"{datetime.now(UTC).date()}, {machine}; {load}, {asked.rounds} rounds\n"
    yield from _table(measured, versions)


def main() -> None:
    """Print the comparison; or, in a process that it started itself, be the origin or one measurement."""
    if sys.argv[1:2] == ["--serve"]:
        _serve(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--work"]:
        name, base, into, digest, *names = sys.argv[2:]
        _work(name, base, names, Path(into), digest)
    else:
        parser = argparse.ArgumentParser(description="Compare HTTP libraries for the byte path.")
        parser.add_argument("--rounds", type=int, default=5, help="processes a candidate (5)")
        parser.add_argument("--files", type=int, default=6, help="files to fetch (6)")
        parser.add_argument("--mib", type=int, default=64, help="size of each in MiB (64; 224 makes 1.4 GB)")
        parser.add_argument("--only", default="", help="parts of the names of candidates, with commas")
        parser.add_argument("--folder", type=Path, help="where files go (default: the temporary folder)")
        print("\n".join(_compare(parser.parse_args())))


if __name__ == "__main__":
    main()
