"""A message that one replica sends reaches a client that is connected to the other."""

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import Replica, until

SOCKET_IO_CLIENT = """
import socketio

heard = []
client = socketio.Client()
client.on("news", heard.append)


def connect(address):
    client.connect(address, transports=["websocket"])


def disconnect():
    client.disconnect()
"""
WEBSOCKET_CLIENT = """
import threading

from websockets.sync.client import connect as open_socket

heard = []


def connect(address, path):
    global socket
    socket = open_socket(address.replace("http", "ws") + path)
    threading.Thread(target=lambda: heard.extend(socket), daemon=True).start()


def disconnect():
    socket.close()
"""
EVENTS_CLIENT = """
import threading
import urllib.request

heard = []


def listen(url):
    for line in urllib.request.urlopen(url):
        heard.append(line.decode())


def connect(address):
    threading.Thread(target=listen, args=(address + "/jobs/1/events",), daemon=True).start()


def disconnect():
    pass
"""
SOCKET_IO_SAY = """
@socketio.on("say")
def say(text):
    socketio.emit("news", text)


@app.post("/say")
def say_it():
    from flask import request

    socketio.emit("news", request.form["text"])
    return "ok"
"""
ASGI_SAY = """
class Saying:
    def __init__(self, other):
        self.other = other

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/say":
            await server.emit("news", "hello")
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"ok"})
        else:
            await self.other(scope, receive, send)


app = Saying(app)
"""
EVENTS_SAY = """
@app.post("/say")
async def say(text: str):
    return await store.publish("progress:1", text)
"""
TORNADO = """
import asyncio

tasks = []


class Say(tornado.web.RequestHandler):
    async def post(self):
        await store.publish("chat", self.get_argument("text"))


def serving():
    tasks.append(asyncio.ensure_future(relay()))
    return tornado.web.Application([("/ws", Chat), ("/say", Say)])
"""
AIOHTTP = """
async def say(request):
    await request.app[STORE].publish("chat", (await request.post())["text"])
    return web.Response(text="ok")


app.router.add_post("/say", say)
"""
FASTAPI = """
@app.post("/say")
async def say(text: str):
    return await store.publish("chat", text)
"""
LITESTAR = """
from litestar import WebSocket, post, websocket


@post("/say")
async def say(text: str) -> None:
    channels.publish(text, ["news"])


@websocket("/ws")
async def ws(socket: WebSocket) -> None:
    await socket.accept()
    async with channels.start_subscription(["news"]) as subscriber:
        async for message in subscriber.iter_events():
            await socket.send_text(message.decode())


app.register(say)
app.register(ws)
"""
CHANNELS = """
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "remedy"
SECRET_KEY = os.environ["SECRET_KEY"]


async def join():
    from channels.layers import get_channel_layer

    layer = get_channel_layer()
    name = await layer.new_channel()
    await layer.group_add("news", name)
    return name


async def say(text):
    from channels.layers import get_channel_layer

    await get_channel_layer().group_send("news", {"type": "say", "text": text})


async def hear(name):
    from channels.layers import get_channel_layer

    return (await get_channel_layer().receive(name))["text"]
"""
PUB_SUB = """
import asyncio

heard = []
tasks = []


async def collect():
    async for text in news():
        heard.append(text)


async def listen():
    tasks.append(asyncio.ensure_future(collect()))
    await asyncio.sleep(0.5)


async def told():
    await asyncio.sleep(0.2)
    return heard
"""
IN_MEMORY = """
import asyncio

heard = []


async def say(text):
    heard.append(text)


async def listen():
    heard.clear()


async def told():
    return heard
"""


def reaches_client(a: Replica, b: Replica, client: Replica, *path: str) -> None:
    client.ask(f"connect({', '.join(repr(part) for part in (b.address, *path))})")
    assert until(lambda: a.post("/say", text="hello").status < 300 and "hello" in str(client.ask("heard")), 15)
    client.ask("disconnect()")


def reaches_socket(a: Replica, b: Replica, client: Replica) -> None:
    reaches_client(a, b, client, "/ws")


def reaches_channel(a: Replica, b: Replica, client: Replica) -> None:
    reaches_client(a, b, client, "/news")


def reaches_group(a: Replica, b: Replica) -> None:
    name = b.ask("join()")
    a.ask("say('hello')")
    assert b.ask(f"hear({name!r})") == "hello"


def reaches_listener(a: Replica, b: Replica) -> None:
    b.ask("listen()")
    a.ask("say('hello')")
    assert until(lambda: b.ask("told()") == ["hello"], 5)


def answers_who_waits(a: Replica, b: Replica) -> None:
    a.begin("wait_for_reply('7')")
    b.ask("reply('7', 'done')")
    assert a.end() == "done"


PROOFS = [
    Proof("STL601", "sockets stay local, messages travel through Redis", reaches_socket, "asgi", more=FASTAPI, client=WEBSOCKET_CLIENT),
    Proof("STL601", "server-sent events, each stream subscribed to Redis", reaches_client, "asgi", more=EVENTS_SAY, client=EVENTS_CLIENT),
    Proof("STL601", "a channel layer on Redis", reaches_group, more=CHANNELS),
    Proof("STL601", "a message queue behind Flask-SocketIO", reaches_client, "flask_socketio", "(socketio, app)", more=SOCKET_IO_SAY, client=SOCKET_IO_CLIENT),
    Proof("STL601", "a client manager on Redis", reaches_client, "asgi", more=ASGI_SAY, client=SOCKET_IO_CLIENT),
    Proof("STL601", "Tornado's sockets stay local, messages travel through Redis", reaches_socket, "tornado", "serving", more=TORNADO, client=WEBSOCKET_CLIENT),
    Proof("STL601", "each socket subscribes to Redis", reaches_socket, "aiohttp", more=AIOHTTP, client=WEBSOCKET_CLIENT),
    Proof("STL601", "channels on Redis", reaches_socket, "asgi", more=LITESTAR, client=WEBSOCKET_CLIENT),
    Proof("STL601", "one request waits for another through Redis", answers_who_waits),
    Proof("STL602", "a message queue behind Flask-SocketIO", reaches_client, "flask_socketio", "(socketio, app)", client=SOCKET_IO_CLIENT),
    Proof("STL602", "a client manager on Redis", reaches_client, "asgi", client=SOCKET_IO_CLIENT),
    Proof("STL602", "a client manager on Redis, beside aiohttp", reaches_client, "aiohttp", client=SOCKET_IO_CLIENT),
    Proof("STL602", "a channel layer on Redis", reaches_group, more=CHANNELS),
    Proof("STL602", "channels on Redis", reaches_channel, "asgi", client=WEBSOCKET_CLIENT),
    Proof("STL602", "Broadcaster on Redis", reaches_socket, "asgi", client=WEBSOCKET_CLIENT),
    Proof("STL602", "publish and subscribe through Redis", reaches_listener, more=PUB_SUB),
]  # fmt: skip
WRONG = Proof("STL602", "messages in process memory", reaches_listener, code=IN_MEMORY)
PACKAGES = (
    "flask",
    "fastapi",
    "uvicorn[standard]",
    "tornado",
    "aiohttp",
    "django",
    "litestar",
    "websocket-client",
    "requests",
    "simple-websocket",
)
