"""Why there is no finding: each reason with the plainest code that has it."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.domain.words import ClearedReason as Reason

FLASK = "import flask\napp = flask.Flask(__name__)\n"
SILENT = {
    "registry filled by a decorator at import": (
        Reason.IMPORT_TIME_REGISTRY,
        "app.COMMANDS",
        FLASK + """
COMMANDS = {}
def command(f):
    COMMANDS[f.__name__] = f
    return f
@command
def hello():
    return "hello"
@app.get("/<name>")
def run(name):
    return COMMANDS[name]()
""",
    ),
    "table filled at module level": (
        Reason.IMPORT_TIME_REGISTRY,
        "app.LIMITS",
        FLASK + """
LIMITS = {}
LIMITS["small"] = 10
LIMITS.update(large=100)
@app.get("/<size>")
def limit(size):
    return str(LIMITS[size])
""",
    ),
    "name bound by a start-up function": (
        Reason.IMPORT_TIME_REGISTRY,
        "app.settings",
        """
import flask
settings = None
def create_app():
    global settings
    settings = {"title": "x"}
    app = flask.Flask(__name__)
    @app.get("/")
    def index():
        return settings["title"]
    return app
app = create_app()
""",
    ),
    "client made on first use": (
        Reason.LAZY_INITIALISATION,
        "app.client",
        FLASK + """
import redis
client = None
@app.get("/")
def index():
    global client
    if client is None:
        client = redis.Redis()
    return client.get("x")
""",
    ),
    "memo written by hand": (
        Reason.PURE_MEMO,
        "app.SQUARES",
        FLASK + """
SQUARES = {}
def square(n):
    if n not in SQUARES:
        SQUARES[n] = n * n
    return SQUARES[n]
@app.get("/<int:n>")
def index(n):
    return str(square(n))
""",
    ),
    "memo by lru_cache": (
        Reason.PURE_MEMO,
        "app.square",
        FLASK + """
import functools
@functools.lru_cache
def square(n):
    return n * n
@app.get("/<int:n>")
def index(n):
    return str(square(n))
""",
    ),
    "attribute of a handler made for each request": (
        Reason.PER_REQUEST,
        "app.Handler.user",
        """
import tornado.web
class Handler(tornado.web.RequestHandler):
    def prepare(self):
        self.user = self.get_argument("user")
    def get(self):
        self.write(self.user)
app = tornado.web.Application([("/", Handler)])
""",
    ),
    "attribute of flask.g": (
        Reason.PER_REQUEST,
        "flask.g.user",
        FLASK + """
@app.get("/")
def index():
    flask.g.user = flask.request.args["user"]
    return flask.g.user
""",
    ),
    "attribute of a thread-local": (
        Reason.CONTEXT_LOCAL,
        "threading.local.user",
        FLASK + """
import threading
local = threading.local()
@app.get("/")
def index():
    local.user = flask.request.args["user"]
    return local.user
""",
    ),
    "container that only dead code fills": (
        Reason.UNREACHABLE,
        "app.SEEN",
        FLASK + """
SEEN = set()
def remember(name):
    SEEN.add(name)
@app.get("/")
def index():
    return str(len(SEEN))
""",
    ),
    "name that only dead code binds again": (
        Reason.UNREACHABLE,
        "app.level",
        FLASK + """
level = 0
def raise_level():
    global level
    level += 1
@app.get("/")
def index():
    return str(level)
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SILENT)
def test_reason_is_told(case):
    reason, symbol, code = SILENT[case]
    report = check_sources({"app.py": code}, wanted=frozenset({"cleared"}))
    assert [finding.symbol for finding in report.findings] == []
    assert {cleared.symbol: cleared.reason for cleared in report.cleared}[symbol] is reason
    assert [cleared.symbol for cleared in report.cleared].count(symbol) == 1


def test_holder_in_another_module_that_only_dead_code_fills():
    files = {
        "app.py": FLASK + "from store import ITEMS\n@app.get('/')\ndef index():\n    return str(ITEMS)\n",
        "store.py": "ITEMS = []\nNAMES = {}\n",
        "dead.py": "import store\nfrom store import ITEMS as things\ndef fill():\n    things.append(1)\n",
        "pkg/dead.py": "from . import names\ndef fill():\n    names.ALL['x'] = 1\n",
        "pkg/names.py": "ALL = {}\n",
        "pkg/__init__.py": "",
    }
    cleared = {one.symbol: one for one in check_sources(files, wanted=frozenset({"cleared"})).cleared}
    assert cleared["store.ITEMS"].reason is Reason.UNREACHABLE
    assert (cleared["store.ITEMS"].place.path, cleared["store.ITEMS"].place.line) == ("store.py", 1)
    assert cleared["pkg.names.ALL"].reason is Reason.UNREACHABLE
    assert "store.NAMES" not in cleared


def test_what_is_reported_is_not_excused_too():
    code = (
        FLASK + "HITS = {}\nHITS['x'] = 0\n@app.get('/')\ndef index():\n    HITS['x'] += 1\n    return str(HITS['x'])\n"
    )
    report = check_sources({"app.py": code}, wanted=frozenset({"cleared"}))
    assert [finding.symbol for finding in report.findings] == ["app.HITS"]
    assert "app.HITS" not in {cleared.symbol for cleared in report.cleared}


def test_constants_are_not_worth_a_word():
    code = (
        FLASK
        + "LIMITS = {'x': 1}\n__all__ = ['app']\n__all__ += ['LIMITS']\n@app.get('/')\ndef index():\n    return str(LIMITS)\n"
    )
    assert check_sources({"app.py": code}, wanted=frozenset({"cleared"})).cleared == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("feed", ["", "\x0c"])
def test_question_about_a_place_is_asked_at_that_place(encoding, end, feed):
    code = (
        f"# coding: {encoding.removesuffix('-sig')}\n{FLASK}import redis\nclient = größe = None\n@app.get('/')\n{feed}def index():\n"
        "    global client, größe\n    s = 'äöü'\n    if client is None: s = 'ß'; client = redis.Redis(); t = 'ü'\n"
        f"{feed}    if größe is None:\n        s = 'ü'; größe = redis.Redis()\n    return client.get('x'), größe.get('ß')\n"
    )
    report = check_sources({"app.py": code.replace("\n", end).encode(encoding)})
    assert report.findings == ()
    assert {one.symbol: one.reason for one in report.cleared} == {
        "app.client": Reason.LAZY_INITIALISATION, "app.größe": Reason.LAZY_INITIALISATION,
    }  # fmt: skip
