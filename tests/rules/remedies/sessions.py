"""Who logs in at one replica is known at the other."""

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import Replica

SETTINGS = """
import os
from pathlib import Path

DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = os.environ["SECRET_KEY"]
ROOT_URLCONF = "remedy"
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
INSTALLED_APPS = ["django.contrib.sessions"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path.cwd().parent / "server.db"}}
os.environ["DJANGO_SETTINGS_MODULE"] = "remedy"
"""
DJANGO = """
from django.http import HttpResponse
from django.urls import path


def login(request):
    request.session["user"] = request.POST["user"]
    return HttpResponse("ok")


def me(request):
    return HttpResponse(request.session.get("user", "nobody"))


urlpatterns = [path("login", login), path("me", me)]


def serving():
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    if os.environ["REPLICA"] == "replica-1":
        call_command("migrate", verbosity=0)
    return application
"""
FLASK_LOGIN = """
from flask import request, session


@app.post("/login")
def login():
    session["user"] = request.form["user"]
    return "ok"
"""
FLASK_ME = """
@app.get("/me")
def me():
    return session.get("user", "nobody")
"""
QUART_ME = """
@app.get("/me")
async def me():
    return session.get("user", "nobody")
"""
STARLETTE_ME = """
@app.get("/me")
async def me(request: Request):
    return request.session.get("user")
"""
TORNADO = """
class Login(Handler):
    async def post(self):
        self.session["user"] = self.get_argument("user")
        await self.save()


class Me(Handler):
    async def get(self):
        self.write(self.session.get("user", "nobody"))


def serving():
    application = make_app()
    keep = {"store": redis.from_url(os.environ["REDIS_URL"])}
    application.add_handlers(".*", [("/login", Login, keep), ("/me", Me, keep)])
    return application
"""
AIOHTTP_ME = """
async def me(request):
    return web.Response(text=(await get_session(request)).get("user", "nobody"))


app.router.add_get("/me", me)
"""
LITESTAR_ME = """
from litestar import Request, get, post


@post("/login/{user:str}")
async def login(request: Request, user: str) -> None:
    request.set_session({"user": user})


@get("/me")
async def me(request: Request) -> str:
    return str(request.session.get("user"))


app.register(login)
app.register(me)
"""
SANIC_ME = """
@app.get("/me")
async def me(request):
    return text(str(request.ctx.session.get("user")))
"""
PYRAMID = """
from pyramid.response import Response


def login(request):
    request.session["user"] = request.params["user"]
    return Response("ok")


def me(request):
    return Response(request.session.get("user", "nobody"))


def include(config):
    for name, view in (("login", login), ("me", me)):
        config.add_route(name, f"/{name}")
        config.add_view(view, route_name=name)


make_wsgi_app = Configurator.make_wsgi_app
Configurator.make_wsgi_app = lambda config: (include(config), make_wsgi_app(config))[1]
"""
BOTTLE_ME = """
@bottle.post("/login")
def login():
    session = bottle.request.environ["beaker.session"]
    session["user"] = bottle.request.forms.get("user")
    session.save()
    return "ok"


@bottle.get("/me")
def me():
    return bottle.request.environ["beaker.session"].get("user", "nobody")
"""
CHERRYPY = """
import cherrypy


class Root:
    @cherrypy.expose
    def login(self, user):
        cherrypy.session["user"] = user
        return "ok"

    @cherrypy.expose
    def me(self):
        return cherrypy.session.get("user", "nobody")
"""
AIOGRAM = """
from aiogram.fsm.storage.base import StorageKey

key = StorageKey(bot_id=1, chat_id=2, user_id=3)
"""
IN_MEMORY = """
from flask import Flask, request

app = Flask(__name__)
users = {}


@app.post("/login")
def login():
    users[request.form["user"]] = 1
    return "ok", {"Set-Cookie": "user=" + request.form["user"]}


@app.get("/me")
def me():
    name = request.cookies.get("user")
    return name if name in users else "nobody"
"""


def logs_in(a: Replica, b: Replica, login: str = "/login") -> None:
    answer = a.post(login, user="ann")
    assert answer.status < 300, answer
    assert answer.cookies
    assert "ann" not in b.get("/me").text
    assert "ann" in b.get("/me", answer.cookies).text


def logs_in_by_path(a: Replica, b: Replica) -> None:
    logs_in(a, b, "/login/ann")


def logs_in_and_out(a: Replica, b: Replica) -> None:
    logs_in(a, b)
    cookies = a.post("/login", user="ann").cookies
    b.post("/logout", cookies)
    assert a.get("/me", cookies).status == 401


def opens_and_closes(a: Replica, b: Replica) -> None:
    sid = a.ask("open_session({'user': 'ann'})")
    assert b.ask(f"session_of({sid!r})") == {"user": "ann"}
    b.ask(f"close_session({sid!r})")
    assert a.ask(f"session_of({sid!r})") == {}


def remembers_the_dialogue(a: Replica, b: Replica) -> None:
    a.ask("storage.set_data(key, {'step': 2})")
    assert b.ask("storage.get_data(key)") == {"step": 2}


def remembers_the_conversation(a: Replica, b: Replica) -> None:
    a.ask("remember('c1', 'user', 'hello')")
    b.ask("remember('c1', 'assistant', 'good day')")
    assert [line["content"] for line in a.ask("history('c1')")] == ["hello", "good day"]


PROOFS = [
    Proof("STL201", "the signed cookie of the framework", logs_in, "wsgi", more=FLASK_ME),
    Proof("STL201", "server-side sessions in Redis", logs_in, "wsgi", more=FLASK_LOGIN + FLASK_ME),
    Proof("STL201", "sessions in Redis, which can be revoked", logs_in_and_out, "asgi"),
    Proof("STL201", "a signed cookie, no store at all", logs_in, "asgi", more=STARLETTE_ME),
    Proof("STL201", "Django's sessions, cached in Redis", logs_in, "wsgi", "serving()", SETTINGS, DJANGO),
    Proof("STL201", "a signed cookie with an id, the data in Redis", logs_in, "tornado", "serving", more=TORNADO),
    Proof("STL201", "an encrypted cookie", logs_in, "aiohttp", more=AIOHTTP_ME),
    Proof("STL201", "a named store for sessions", logs_in_by_path, "asgi", more=LITESTAR_ME),
    Proof("STL201", "a signed cookie", logs_in, "sanic", more=SANIC_ME),
    Proof("STL201", "the session cookie of Pyramid, signed", logs_in, "wsgi", "main({})", more=PYRAMID),
    Proof("STL201", "Beaker over Redis, as WSGI middleware", logs_in, "wsgi", more=BOTTLE_ME),
    Proof("STL201", "dialogue state in Redis", remembers_the_dialogue, more=AIOGRAM),
    Proof("STL202", "Flask-Session on Redis", logs_in, "wsgi"),
    Proof("STL202", "the signed cookie of the framework", logs_in, "asgi", more=QUART_ME),
    Proof("STL202", "starsessions with its store in Redis", logs_in, "asgi"),
    Proof("STL202", "sessions in the database, read from Redis", logs_in, "wsgi", "serving()", SETTINGS, DJANGO),
    Proof("STL202", "a store in Redis under the name that the sessions use", logs_in_by_path, "asgi"),
    Proof("STL202", "aiohttp-session on Redis", logs_in, "aiohttp", "make_app()"),
    Proof("STL202", "a signed cookie with an id, the data in Redis", logs_in, "tornado", "make_app"),
    Proof("STL202", "an id in the cookie of Sanic, the data in Redis", logs_in, "sanic"),
    Proof("STL202", "the session cookie of Pyramid, signed", logs_in, "wsgi", "main({})", more=PYRAMID),
    Proof("STL202", "Beaker over Redis", logs_in, "wsgi"),
    Proof("STL202", "a session class over Redis", logs_in, "cherrypy", "(Root(), CONFIG)", more=CHERRYPY),
    Proof("STL202", "dialogue state in Redis", remembers_the_dialogue, more=AIOGRAM),
    Proof("STL202", "an id in the cookie, the data in Redis", opens_and_closes),
    Proof("STL203", "the key of the session cookie from the environment", logs_in, "wsgi", "main({})", more=PYRAMID),
    Proof("STL203", "the key of cookie sessions from the environment", logs_in_by_path, "asgi", more=LITESTAR_ME),
    Proof("STL205", "a list in Redis", remembers_the_conversation),
    Proof("STL205", "dialogue state in Redis", remembers_the_dialogue, more=AIOGRAM),
]  # fmt: skip
WRONG = Proof("STL201", "users in process memory", logs_in, "wsgi", code=IN_MEMORY)
PACKAGES = (
    "flask",
    "quart",
    "fastapi",
    "python-multipart",
    "uvicorn",
    "django",
    "tornado",
    "aiohttp",
    "sanic",
    "pyramid",
    "bottle",
    "cherrypy",
)
