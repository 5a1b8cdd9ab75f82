"""Reports that formats are tried on, and a context that needs no project."""

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from statelint.report.context import RenderContext
from statelint.report.registry import format_of
from statelint.sources.read import lines_of

HOSTILE = {
    "app/we ird,%#&<\"'>/größe.py": """\
import flask

app = flask.Flask(__name__)
größe = {}  # <script>alert(1)</script> ]]> --> `x` \u202e


@app.get("/<b>&\\"'`|%0A::error::]]>@user#1<!--")
def index():
    größe["<img src=x onerror=alert(1)>"] = flask.request.args["x"]
    return str(größe)
""",
    "broken.py": "x = (\n",
    "idle.py": "y = 1  # noqa: STL101\n",
}
SHOP = {
    "shop/__init__.py": "",
    "shop/store.py": "CARTS = {}\n\n\ndef put(user, item):\n    CARTS[user] = item\n",
    "shop/app.py": """\
import flask

from shop import store

app = flask.Flask(__name__)
count = 0


@app.post("/cart/<item>")
def add(item):
    store.put(flask.request.cookies["user"], item)
    return str(store.CARTS[flask.request.cookies["user"]])


@app.get("/number")
def number():
    global count
    count += 1
    return str(count)
""",
}
CLEAN = {"app.py": "import flask\n\napp = flask.Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return 'ok'\n"}
PROGRAMS = {"hostile": HOSTILE, "shop": SHOP, "clean": CLEAN}
RULES = {rule.id: rule for rule in load_rules()}


def context_for(files, **given):
    """A context that shows these files below the working directory."""
    settings = {
        "version": "0.1.0", "root": ".", "width": 100, "colored": False, "display": str, "project": "shop",
        "lines_of": lambda path: lines_of(files[path]), "rules": lambda: RULES,
    }  # fmt: skip
    return RenderContext(**{**settings, **given})


def render(name, files, report=None, **given):
    """A report of the program in one format, and the report itself."""
    report = report or check_sources(files)
    return format_of(name).render(report, context_for(files, **given)), report
