"""Parts of an application object are told apart, and belong to the application on which they are set."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import assert_judged_as_marked

CASES = {
    "flask: parts by key": """
import flask
app = flask.Flask(__name__)
app.config["TITLE"] = "x"
app.config["hits"] = {}  # expect: STL104
app.config["limits"] = {"a": 1}
@app.post("/")
def put():
    app.config["hits"]["x"] = flask.request.data
    return str((app.config["hits"], app.config["limits"], app.config["TITLE"]))
""",
    "flask: a part set while serving": """
import flask
app = flask.Flask(__name__)  # expect: STL104
@app.post("/")
def put():
    app.config["last"] = flask.request.data
    return ""
@app.get("/")
def get():
    return str(app.config["last"])
""",
    "flask: set in the factory, changed through current_app": """
import flask
views = flask.Blueprint("views", __name__)
@views.post("/")
def put():
    flask.current_app.extensions["hits"][flask.request.data] = 1
    return str(flask.current_app.extensions["hits"])
def create_app():
    app = flask.Flask(__name__)
    app.extensions["hits"] = {}  # expect: STL104
    app.register_blueprint(views)
    return app
""",
    "fastapi: state by attribute": """
import fastapi
app = fastapi.FastAPI()
app.state.title = "x"
app.state.hits = {}  # expect: STL104
@app.post("/")
async def put(request: fastapi.Request):
    request.app.state.hits["x"] = await request.body()
    return (request.app.state.hits, request.app.state.title)
""",
    "fastapi: state of the request": """
import fastapi
app = fastapi.FastAPI()
@app.middleware("http")
async def tell(request: fastapi.Request, call_next):
    request.state.user = request.headers.get("user")
    return await call_next(request)
@app.get("/")
async def get(request: fastapi.Request):
    return request.state.user
""",
    "fastapi: a pool opened by the lifespan": """
import contextlib, asyncpg, fastapi
@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.pool = await asyncpg.create_pool("x")
    yield
    await app.state.pool.close()
app = fastapi.FastAPI(lifespan=lifespan)
@app.get("/")
async def get(request: fastapi.Request):
    return await request.app.state.pool.fetch("select 1")
""",
    "aiohttp: items by key": """
from aiohttp import web
async def put(request):
    request.app["hits"]["x"] = await request.text()
    return web.json_response((request.app["hits"], request.app["title"]))
app = web.Application()
app["title"] = "x"
app["hits"] = {}  # expect: STL104
app.router.add_post("/", put)
""",
    "two applications, one part": """
from aiohttp import web
async def put(request):
    request.app["hits"]["x"] = await request.text()
    return web.json_response(request.app["hits"])
other = web.Application()
app = web.Application()
app["hits"] = {}  # expect: STL104
app.router.add_post("/", put)
""",
}


@pytest.mark.parametrize("case", CASES)
def test_program_is_judged_as_marked(case):
    assert_judged_as_marked({"app.py": CASES[case]})


def test_list_of_routes_that_may_hold_itself_ends():
    urls = """
from django.urls import include, path

from views import index

parts = [[path("", index)]]
for one in parts:
    parts.append(one + parts)
urlpatterns = [path("shop/", include(parts)), path("all/", include([parts, urlpatterns]))]
urlpatterns.append(urlpatterns)
"""
    views = "seen = []\n\n\ndef index(request):\n    seen.append(request.path)\n    return seen\n"
    findings = check_sources({"urls.py": urls, "views.py": views}).findings
    assert [finding.symbol for finding in findings] == ["views.seen"]
