"""Two processes that run the same remedy, and what a driver asks of them."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.rules.remedies.redis_server import free_port, wait_for

ENVIRONMENT = {
    "REPLICA": "replica-1",
    "REDIS_URL": "redis://localhost:6379/0",
    "BROKER_URL": "redis://localhost:6379/0",
    "DATABASE_URL": "postgresql+psycopg://shop@localhost/shop",
    "ASYNC_DATABASE_URL": "postgresql+asyncpg://shop@localhost/shop",
    "POSTGRES_DSN": "postgresql://shop@localhost/shop",
    "BUCKET": "shop",
    "SESSION_FERNET_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "FERNET_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "SESSION_KEY_HEX": "00112233445566778899aabbccddeeff",
    "JWT_KEYS": "2:the newer one of two keys of forty letters,1:the older one of two keys of forty letters",
    **dict.fromkeys(("SECRET_KEY", "SESSION_SECRET", "JWT_SECRET", "COOKIE_SECRET"), "a secret of forty characters for a test"),
}  # fmt: skip
HOST = Path(__file__).with_name("host.py")


class RefusedError(Exception):
    """What a replica raised instead of answering."""


@dataclass(frozen=True)
class Answer:
    """What an HTTP request brought."""

    status: int
    text: str
    cookies: dict[str, str]
    location: str = ""


@dataclass(frozen=True)
class Program:
    """What each replica runs: code, and how it is served; without that it answers questions."""

    code: str
    serve: str = ""
    app: str = "app"


@dataclass
class Replica:
    """A process with a remedy in it."""

    name: str
    process: subprocess.Popen
    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, expression: str) -> object:
        """The value of an expression in the module of the remedy; a coroutine is awaited."""
        self.begin(expression)
        return self.end()

    def begin(self, expression: str) -> None:
        """Ask without waiting for the answer."""
        self.process.stdin.write(json.dumps(expression) + "\n")
        self.process.stdin.flush()

    def end(self) -> object:
        """The answer to what was begun."""
        line = self.process.stdout.readline()
        if not line:
            raise RefusedError(f"{self.name} ended: {self.log.read_text()[-800:]}")
        reply = json.loads(line)
        if "error" in reply:
            raise RefusedError(reply["error"])
        return reply["value"]

    def get(self, path: str, cookies: dict[str, str] | None = None) -> Answer:
        return self.request("GET", path, cookies, {})

    def post(self, path: str, cookies: dict[str, str] | None = None, **fields: str) -> Answer:
        """The fields go into the body as a form, and into the address for handlers that look there."""
        return self.request("POST", f"{path}?{urlencode(fields)}", cookies, fields)

    def request(self, method: str, path: str, cookies: dict[str, str] | None, fields: dict[str, str]) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, urlencode(fields), headers)
        response = connection.getresponse()
        sent: SimpleCookie = SimpleCookie()
        for line in response.headers.get_all("Set-Cookie") or ():
            sent.load(line)
        text = response.read().decode()
        connection.close()
        cookies = {name: morsel.coded_value for name, morsel in sent.items()}
        return Answer(response.status, text, cookies, response.headers.get("Location", ""))


@contextmanager
def replica(name: str, program: Program, python: Path, folder: Path, environment: dict[str, str]) -> Iterator[Replica]:
    """One process; its folder is its own disk."""
    home = folder / name
    home.mkdir(parents=True)
    (home / "remedy.py").write_text(program.code)
    (home / "host.py").write_text(HOST.read_text())
    port, log = free_port(), home / "log.txt"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [python, "-W", "ignore", "host.py", program.serve, program.app, str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=home,
            env={**os.environ, **ENVIRONMENT, **environment, "REPLICA": name},
        )  # fmt: skip
    try:
        yield Replica(name, process, port, log)
    finally:
        process.stdin.close()
        if program.serve:
            process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@contextmanager
def replicas(*programs: Program, python: Path, folder: Path, environment: dict[str, str]) -> Iterator[list[Replica]]:
    """Processes that start together; the servers among them listen before the block begins."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(replica(f"replica-{number}", program, python, folder, environment))
            for number, program in enumerate(programs, 1)
        ]
        for one, program in zip(started, programs, strict=True):
            if program.serve:
                try:
                    wait_for(one.port, one.process)
                except OSError as error:
                    raise RefusedError(f"{error}: {one.log.read_text()[-800:]}") from None
        yield started


def until(truth: Callable[[], object], seconds: float = 20) -> bool:
    """Whether it becomes true in time."""
    ends = time.monotonic() + seconds
    while not truth():
        if time.monotonic() > ends:
            return False
        time.sleep(0.1)
    return True
