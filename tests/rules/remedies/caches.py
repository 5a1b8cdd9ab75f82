"""What one replica caches the other gives, and what one forgets the other forgets too."""

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import Replica

ORIGIN = """
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Counting(BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        Counting.asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(Counting.asked).encode())

    def log_message(self, *arguments):
        pass


def origin():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"
"""
VERSIONS = """
settings_for, update = make_settings_for(lambda tenant: load(tenant), lambda tenant, values: save(tenant, values))


def load(tenant):
    import json

    return json.loads(store.get(f"table:{tenant}") or '{"colour": "red"}')


def save(tenant, values):
    import json

    store.set(f"table:{tenant}", json.dumps(values))
"""
MEMOIZED = """
@cache.memoize(timeout=300)
def who(name):
    return os.environ["REPLICA"]


def through(name):
    with app.app_context():
        return who(name)


def forgets(name):
    with app.app_context():
        cache.delete_memoized(who, name)
"""
FLASK_WHO = """
@app.get("/who")
@cache.cached()
def who():
    return os.environ["REPLICA"]


@app.post("/forget")
def forget():
    cache.delete("view//who")
    return "ok"
"""
FASTAPI_WHO = """
@app.get("/who")
@cache(expire=60)
async def who():
    return os.environ["REPLICA"]


@app.post("/forget")
async def forget():
    await FastAPICache.clear()
"""
FASTAPI_FUNCTION = """
import os
from contextlib import asynccontextmanager

import redis.asyncio as redis
from fastapi import FastAPI
from fastapi_cache import FastAPICache
from fastapi_cache.backends.redis import RedisBackend


@asynccontextmanager
async def lifespan(app):
    FastAPICache.init(RedisBackend(redis.from_url(os.environ["REDIS_URL"])), prefix="shop")
    yield


app = FastAPI(lifespan=lifespan)
"""
FASTAPI_SETTINGS = """
@cache(expire=300)
async def replica():
    return os.environ["REPLICA"]


@app.get("/who")
async def who():
    return await replica()


@app.post("/forget")
async def forget():
    await FastAPICache.clear()
"""
LITESTAR_WHO = """
from litestar import post


@get("/who", cache=60)
async def who() -> str:
    return os.environ["REPLICA"]


@post("/forget")
async def forget() -> None:
    await app.stores.get("response_cache").delete_all()


app.register(who)
app.register(forget)
"""
ASK_REPLICA = """
async def ask_bank(currency):
    return os.environ["REPLICA"]


through = rate
"""
DOGPILE = """
@region.cache_on_arguments()
def through(name):
    return os.environ["REPLICA"]


forgets = through.invalidate
"""
IN_MEMORY = """
import os

cache = {}


def through(name):
    return cache.setdefault(name, os.environ["REPLICA"])


forgets = cache.pop
"""


def gives_one_answer(a: Replica, b: Replica) -> None:
    first = a.get("/who")
    assert first.status == 200, first
    assert "replica-1" in first.text
    assert "replica-1" in b.get("/who").text
    assert b.post("/forget").status < 300
    assert "replica-2" in b.get("/who").text
    assert "replica-2" in a.get("/who").text


def keeps_one_value(a: Replica, b: Replica) -> None:
    assert a.ask("through('tea')") == "replica-1"
    assert b.ask("through('tea')") == "replica-1"
    assert b.ask("through('coffee')") == "replica-2"


def keeps_one_value_until_forgotten(a: Replica, b: Replica) -> None:
    keeps_one_value(a, b)
    b.ask("forgets('tea')")
    assert b.ask("through('tea')") == "replica-2"
    assert a.ask("through('tea')") == "replica-2"


def memoises_each_version(a: Replica, b: Replica) -> None:
    assert a.ask("settings_for('x')") == b.ask("settings_for('x')") == {"colour": "red"}
    b.ask("update('x', {'colour': 'blue'})")
    assert a.ask("settings_for('x')") == {"colour": "blue"}


def fetches_once(a: Replica, b: Replica) -> None:
    url = a.ask("origin()")
    assert a.ask(f"fetch({url!r})") == "1"
    assert b.ask(f"fetch({url!r})") == "1"


PROOFS = [
    Proof("STL301", "a shared cache", keeps_one_value, more="through = lambda sku: product(sku, lambda _: os.environ['REPLICA'])"),
    Proof("STL301", "a dogpile region: one replica renews, the others wait", keeps_one_value_until_forgotten, more=DOGPILE),
    Proof("STL301", "Flask-Caching on Redis", gives_one_answer, "wsgi", more=FLASK_WHO),
    Proof("STL301", "fastapi-cache on Redis", gives_one_answer, "asgi", more=FASTAPI_WHO),
    Proof("STL301", "a shared cache, awaited", keeps_one_value, more="async def own(_):\n    return os.environ['REPLICA']\nthrough = lambda sku: product(sku, own)"),
    Proof("STL301", "the response cache in a named store", gives_one_answer, "asgi", more=LITESTAR_WHO),
    Proof("STL302", "a memo for each version, the version in Redis", memoises_each_version, more=VERSIONS),
    Proof("STL302", "Redis with a time to live", keeps_one_value, more="through = lambda name: rate(name, lambda _: os.environ['REPLICA'])"),
    Proof("STL302", "a dogpile region", keeps_one_value_until_forgotten, more=DOGPILE),
    Proof("STL302", "memoised in Redis, forgotten by every replica at once", keeps_one_value_until_forgotten, more=MEMOIZED),
    Proof("STL302", "fastapi-cache on Redis, on any function", gives_one_answer, "asgi", before=FASTAPI_FUNCTION, more=FASTAPI_SETTINGS),
    Proof("STL303", "Flask-Caching on Redis", gives_one_answer, "wsgi", more=FLASK_WHO),
    Proof("STL303", "fastapi-cache on Redis", gives_one_answer, "asgi", more=FASTAPI_WHO),
    Proof("STL303", "the response cache in a named store", gives_one_answer, "asgi", more=LITESTAR_WHO),
    Proof("STL303", "aiocache on Redis", keeps_one_value, more=ASK_REPLICA),
    Proof("STL303", "cashews on Redis", keeps_one_value_until_forgotten, more=ASK_REPLICA + "\n\nforgets = changed"),
    Proof("STL303", "a dogpile region: one replica renews, the others wait", keeps_one_value_until_forgotten, more=DOGPILE),
    Proof("STL303", "answers of other services, kept in Redis", fetches_once, more=ORIGIN),
]  # fmt: skip
WRONG = Proof("STL301", "values in process memory", keeps_one_value, code=IN_MEMORY)
PACKAGES = ("flask", "fastapi", "uvicorn", "litestar", "redis")
