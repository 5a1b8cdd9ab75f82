"""`--fix`, `--unsafe-fixes` and `--diff` from the outside."""

import io
import json

import pytest

APP = """\
import flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

app = flask.Flask(__name__)
limiter = Limiter(get_remote_address, app=app)


@app.post("/login")
@limiter.limit("5/minute")
def login():
    return "ok"
"""
FIXED = APP.replace("import flask\n", "import os\n\nimport flask\n", 1).replace(
    "app=app)", 'app=app, storage_uri=os.environ["REDIS_URL"])'
)

NEEDS = "What was fixed needs you to set `REDIS_URL` and to install flask-limiter[redis].\n"


@pytest.fixture
def limited(tree):
    return tree({"pyproject.toml": "[tool.statelint]\n", "app.py": APP})


def test_unsafe_fixes_are_counted_and_taken_on_request(limited, statelint):
    done = statelint("check")
    assert "[*]" not in done.out
    assert done.out.endswith("No fixes available (1 hidden fix can be enabled with the `--unsafe-fixes` option).\n")
    done = statelint("check", "--unsafe-fixes")
    assert "bypass: [*] `app.limiter`" in done.out
    assert done.out.endswith("[*] 1 fixable with the `--fix` option.\n")
    assert "fix" not in statelint("check", "--no-unsafe-fixes").out.splitlines()[-1]


def test_fixes_are_written_and_what_is_left_decides_the_exit_status(limited, statelint):
    assert statelint("check", "--fix").code == 1
    assert (limited / "app.py").read_text() == APP
    done = statelint("check", "--fix", "--unsafe-fixes")
    assert done.code == 0
    assert "1 fixed" in done.out
    assert done.err == NEEDS
    assert (limited / "app.py").read_text() == FIXED
    assert statelint("check", "--fix", "--unsafe-fixes").err == ""


def test_only_fixing_reports_nothing(limited, statelint):
    done = statelint("check", "--fix-only", "--unsafe-fixes")
    assert (done.code, done.out, done.err) == (0, "", f"Fixed 1 finding.\n{NEEDS}")
    assert (limited / "app.py").read_text() == FIXED


def test_diff_shows_and_writes_nothing(limited, statelint):
    done = statelint("check", "--diff")
    assert done.code == 0
    assert "No findings would be fixed (1 fix available with `--unsafe-fixes`)." in done.err
    done = statelint("check", "--diff", "--unsafe-fixes")
    assert done.code == 1
    assert '+limiter = Limiter(get_remote_address, app=app, storage_uri=os.environ["REDIS_URL"])' in done.out
    assert "Would fix 1 finding." in done.err
    assert (limited / "app.py").read_text() == APP


def test_fixed_standard_input_is_printed(limited, statelint, monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO(APP.replace("login", "enter").encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    done = statelint("check", "-", "--stdin-filename", "app.py", "--fix", "--unsafe-fixes")
    assert done.out == FIXED.replace("login", "enter")
    assert "1 fixed" in done.err
    assert (limited / "app.py").read_text() == APP


def test_json_has_edits_by_position(limited, statelint):
    (finding,) = json.loads(statelint("check", "--format", "json").out)["findings"]
    assert finding["fix"]["applicability"] == "unsafe"
    assert finding["fix"]["message"] == "count in Redis (set `REDIS_URL`, install flask-limiter[redis])"
    assert finding["fix"]["edits"] == [
        {"path": "app.py", "line": 1, "column": 1, "end_line": 1, "end_column": 1, "content": "import os\n\n"},
        {
            "path": "app.py", "line": 6, "column": 46, "end_line": 6, "end_column": 46,
            "content": ', storage_uri=os.environ["REDIS_URL"]',
        },
    ]  # fmt: skip
    assert (finding["fix"]["variables"], finding["fix"]["packages"]) == (["REDIS_URL"], ["flask-limiter[redis]"])


def test_a_fix_is_safe_where_the_program_needs_its_variable_and_package_anyway(tree, statelint):
    files = {
        "pyproject.toml": "[tool.statelint]\n",
        "app.py": "import os\n\nimport flask\nimport redis\nfrom flask_caching import Cache\n\napp = flask.Flask(__name__)\n"
        'client = redis.Redis.from_url(os.environ["REDIS_URL"])\n'
        'cache = Cache(app, config={"CACHE_TYPE": "SimpleCache"})\n\n\n@app.get("/")\n@cache.cached()\n'
        'def index():\n    return client.get("x")\n',
    }
    project = tree(files)
    assert "[*] 1 fixable" in statelint("check").out
    assert statelint("check", "--fix").code == 0
    assert '"CACHE_REDIS_URL": os.environ["REDIS_URL"]' in (project / "app.py").read_text()
