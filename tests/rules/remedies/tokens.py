"""What one replica signs or encrypts, the other accepts; what is revoked or used up at one is refused by the other."""

import pytest

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import RefusedError, Replica

IN_MEMORY = """
import secrets

import jwt

SECRET = secrets.token_hex(32)


def issue(user):
    return jwt.encode({"sub": user}, SECRET, algorithm="HS256")


def user_of(token):
    return jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
"""
OLD_KEY = """
def older(user):
    return jwt.encode({"sub": user}, KEYS["1"], algorithm="HS256", headers={"kid": "1"})
"""
TORNADO = """
def serving():
    return tornado.web.Application([("/login", Login), ("/callback", Callback)], cookie_secret="a secret of both")
"""
DJANGO = """
import os

from django.conf import settings

settings.configure(SECRET_KEY=os.environ["SECRET_KEY"])
"""
FLASK_COOKIE = """
from flask import request, session


@app.post("/login")
def login():
    session["user"] = request.form["user"]
    return "ok"


@app.get("/me")
def me():
    return session.get("user", "nobody")
"""
QUART_COOKIE = """
from quart import request, session


@app.post("/login")
async def login():
    session["user"] = (await request.form)["user"]
    return "ok"


@app.get("/me")
async def me():
    return session.get("user", "nobody")
"""
STARLETTE_COOKIE = """
from fastapi import Request


@app.post("/login")
async def login(request: Request, user: str):
    request.session["user"] = user


@app.get("/me")
async def me(request: Request):
    return request.session.get("user")
"""
TORNADO_COOKIE = """
class Login(tornado.web.RequestHandler):
    def post(self):
        self.set_signed_cookie("user", self.get_argument("user"))


class Me(tornado.web.RequestHandler):
    def get(self):
        self.write(self.get_signed_cookie("user") or "nobody")


def serving():
    application = make_app()
    application.add_handlers(".*", [("/login", Login), ("/me", Me)])
    return application
"""
AIOHTTP_COOKIE = """
from aiohttp_session import get_session


async def login(request):
    session = await get_session(request)
    session["user"] = (await request.post())["user"]
    return web.Response(text="ok")


async def me(request):
    return web.Response(text=(await get_session(request)).get("user", "nobody"))


app.router.add_post("/login", login)
app.router.add_get("/me", me)
"""
BOTTLE_COOKIE = """
@bottle.get("/me")
def me():
    return bottle.request.get_cookie("user", "nobody", secret=SECRET)
"""


def revokes(a: Replica, b: Replica) -> None:
    token = a.ask("issue('ann')")
    assert b.ask(f"verify({token!r})['sub']") == "ann"
    b.ask(f"revoke({token!r})")
    with pytest.raises(RefusedError, match="revoked"):
        a.ask(f"verify({token!r})")


def accepts(a: Replica, b: Replica) -> None:
    token = a.ask("issue('ann')")
    assert b.ask(f"user_of({token!r})") == "ann"


def accepts_old_keys(a: Replica, b: Replica) -> None:
    accepts(a, b)
    token = a.ask("older('ann')")
    assert b.ask(f"user_of({token!r})") == "ann"
    with pytest.raises(RefusedError):
        b.ask(f"user_of({token[:-3]!r} + 'xyz')")


def confirms(a: Replica, b: Replica) -> None:
    token = a.ask("token_for('ann@example.org')")
    assert b.ask(f"address_from({token!r})") == "ann@example.org"
    with pytest.raises(RefusedError):
        b.ask(f"address_from({token!r} + 'x')")


def unseals(a: Replica, b: Replica) -> None:
    token = a.ask("seal('tea')")
    assert b.ask(f"unseal({token!r})") == "tea"


def takes_a_code_once(a: Replica, b: Replica) -> None:
    a.ask("send_code('1', sent.__setitem__)")
    code = a.ask("sent['1']")
    assert b.ask(f"is_valid('1', {code!r})") is True
    assert a.ask(f"is_valid('1', {code!r})") is False


def comes_back(a: Replica, b: Replica) -> None:
    sent = a.get("/login")
    assert sent.status in {302, 307}
    state = sent.location.rpartition("state=")[2]
    assert b.get("/callback?state=another", sent.cookies).status == 400
    assert b.get(f"/callback?state={state}", sent.cookies).status == 200


def keeps_the_cookie(a: Replica, b: Replica) -> None:
    answer = a.post("/login", user="ann")
    assert answer.status < 300, answer
    assert "ann" in b.get("/me", answer.cookies).text
    assert "ann" not in b.get("/me", {name: value[:-3] + "xyz" for name, value in answer.cookies.items()}).text


PROOFS = [
    Proof("STL201", "a token that carries its own data", revokes),
    Proof("STL203", "the key from the environment, old keys of Flask still accepted", keeps_the_cookie, "wsgi", more=FLASK_COOKIE),
    Proof("STL203", "the key from the environment", keeps_the_cookie, "asgi", more=QUART_COOKIE),
    Proof("STL203", "a required setting", keeps_the_cookie, "asgi", more=STARLETTE_COOKIE),
    Proof("STL203", "numbered keys, the newest signs", keeps_the_cookie, "tornado", "serving", more=TORNADO_COOKIE),
    Proof("STL203", "a Fernet key from the environment", keeps_the_cookie, "aiohttp", more=AIOHTTP_COOKIE),
    Proof("STL203", "the key of signed cookies from the environment", keeps_the_cookie, "wsgi", "bottle.default_app()", more=BOTTLE_COOKIE),
    Proof("STL203", "tokens signed with the key of all replicas", accepts_old_keys, more=OLD_KEY),
    Proof("STL203", "encryption with keys that can be changed", unseals),
    Proof("STL204", "Redis, used once", takes_a_code_once, more="sent = {}"),
    Proof("STL204", "a signed token that needs no store", confirms),
    Proof("STL204", "OAuth state in the signed cookie", comes_back, "wsgi"),
    Proof("STL204", "OAuth state in the session cookie", comes_back, "asgi"),
    Proof("STL204", "a signed token with an age", confirms, before=DJANGO),
    Proof("STL204", "state in a signed cookie", comes_back, "tornado", "serving", more=TORNADO),
]  # fmt: skip
WRONG = Proof("STL203", "a key of each process", accepts, code=IN_MEMORY, packages=("pyjwt",))
PACKAGES = ("flask", "quart", "fastapi", "uvicorn", "django", "tornado", "aiohttp", "bottle", "redis")
