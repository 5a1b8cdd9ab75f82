"""A limit is counted over both replicas together."""

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import Replica

FLASK = """
@app.get("/")
def index():
    return "ok"
"""
PYRATE = """
from fastapi import HTTPException


@app.get("/search")
async def search():
    if not await app.state.search_limiter.try_acquire_async("search", blocking=False):
        raise HTTPException(429)
    return {}
"""
LITESTAR = """
from litestar import get


@get("/search")
async def search() -> str:
    return "ok"


app.register(search)
"""
IN_MEMORY = """
hits = []


def is_allowed(client, limit, window):
    hits.append(client)
    return len(hits) <= limit
"""


def counts_together(a: Replica, b: Replica) -> None:
    asked = [one.ask("is_allowed('10.0.0.1', 3, 10**6)") for one in (a, b, a, b, a)]
    assert asked == [True, True, True, False, False]


def answers(a: Replica, b: Replica, path: str, limit: int) -> None:
    asked = [one.get(path).status for one in (a, b) * (limit // 2)]
    assert asked == [200] * limit
    assert [one.get(path).status for one in (a, b)] == [429, 429]


def answers_ten(a: Replica, b: Replica) -> None:
    answers(a, b, "/search", 10)


def answers_two_hundred(a: Replica, b: Replica) -> None:
    answers(a, b, "/", 200)


PROOFS = [
    Proof("STL304", "a fixed window in Redis", counts_together),
    Proof("STL304", "Flask-Limiter on Redis", answers_two_hundred, "wsgi", more=FLASK),
    Proof("STL304", "slowapi on Redis", answers_ten, "asgi"),
    Proof("STL304", "pyrate-limiter with a bucket in Redis", answers_ten, "asgi", more=PYRATE),
    Proof("STL304", "a fixed window in Redis, awaited", counts_together),
    Proof("STL304", "a named store for the limiter", answers_ten, "asgi", more=LITESTAR),
]  # fmt: skip
WRONG = Proof("STL304", "a limit in process memory", counts_together, code=IN_MEMORY)
PACKAGES = ("flask", "fastapi", "uvicorn", "litestar")
