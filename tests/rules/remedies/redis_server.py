"""A real Redis server on a free local port: the one that is installed, or Debian's package, unpacked for the test."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEBIAN = ("redis-server", "redis-tools", "libjemalloc2", "liblzf1")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unpacked(folder: Path) -> Path:
    """The packages of Debian below the folder, which needs no rights; skips where they can't be had."""
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        pytest.skip("redis-server is not installed, and without apt-get Debian's package can't be fetched")
    done = subprocess.run(
        ["apt-get", "download", "-qq", *DEBIAN], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"redis-server is not installed, and Debian's package can't be fetched: {done.stderr.strip()}")
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder / "root"], check=True)
    return folder / "root" / "usr"


def command(folder: Path) -> tuple[str, dict[str, str]]:
    """The server and the environment that it needs."""
    installed = shutil.which("redis-server")
    if installed:
        return installed, dict(os.environ)
    home = unpacked(folder)
    libraries = ":".join(sorted({str(path.parent) for path in home.rglob("*.so.*")}))
    return str(home / "bin" / "redis-server"), {**os.environ, "LD_LIBRARY_PATH": libraries}


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of a server that keeps nothing and ends with the block; a database follows as a number."""
    folder.mkdir(parents=True)
    server, environment = command(folder)
    port = free_port()
    options = {"port": port, "bind": "127.0.0.1", "save": "", "databases": 200, "dir": folder}
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    process = subprocess.Popen([server, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int, process: subprocess.Popen, seconds: float = 60) -> None:
    """Until something listens on the port; an error when the process ends before."""
    ends = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < ends:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise OSError(f"{process.args[0]} does not listen on port {port}")
