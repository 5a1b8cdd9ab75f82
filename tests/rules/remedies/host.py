"""The program of one replica, run in an environment of its own: it serves the remedy, or answers questions about it."""

import asyncio
import inspect
import json
import sys
import traceback


def wsgi(app, port):
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *arguments):
            pass

    make_server("127.0.0.1", port, app, handler_class=Quiet).serve_forever()


def asgi(app, port):
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")


def aiohttp(app, port):
    from aiohttp import web

    web.run_app(app, host="127.0.0.1", port=port, print=None)


def tornado(make_app, port):
    async def serve():
        make_app().listen(port, "127.0.0.1")
        await asyncio.Event().wait()

    asyncio.run(serve())


def sanic(app, port):
    app.run(host="127.0.0.1", port=port, single_process=True, motd=False, access_log=False)


def cherrypy(app, port):
    import cherrypy as server

    root, config = app
    server.config.update({"server.socket_port": port, "log.screen": False, "engine.autoreload.on": False})
    server.quickstart(root, "/", config)


def flask_socketio(app, port):
    socketio, flask = app
    socketio.run(flask, host="127.0.0.1", port=port, allow_unsafe_werkzeug=True)


def answer(remedy):
    """One expression a line; what it gives is awaited where it can be, and sent back as JSON."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    replies, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        try:
            value = eval(json.loads(line), vars(remedy))
            if inspect.isawaitable(value):
                value = loop.run_until_complete(value)
            text = json.dumps({"value": value}, default=repr)
        except Exception as error:
            traceback.print_exc()
            text = json.dumps({"error": f"{type(error).__name__}: {error}"})
        print(text, file=replies, flush=True)


def main():
    import remedy

    serve, app, port = sys.argv[1:]
    if serve:
        globals()[serve](eval(app, vars(remedy)), int(port))
    else:
        answer(remedy)


if __name__ == "__main__":
    main()
