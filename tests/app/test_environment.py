"""What the user's environment adds to the findings, and that it is no hindrance where it is absent or broken."""

import json
import subprocess
import sys

import pytest

from tests.environment.conftest import install, make_environment

HANDLER = """\
from somelib import JsonHandler

carts = {}


class Cart(JsonHandler):
    def post(self):
        carts[self.get_argument("user")] = self.request.body
        self.write(str(carts))
"""
LIBRARY = {
    "somelib/__init__.py": "from .web.json import *\n",
    "somelib/web/__init__.py": "import tornado.web as t\nclass Base(t.RequestHandler): ...\n",
    "somelib/web/json.py": "from . import Base\nclass JsonHandler(Base): ...\n",
}
APPLICATION = """\
import somelib

app = somelib.{make}("shop")
hits = {{}}


@app.route("/<name>")
def index(name):
    hits[name] = hits.get(name, 0) + 1
    return str(hits)
"""
FACTORY = {
    "somelib/__init__.py": (
        "from flask import Flask\n"
        "class Shop(Flask): ...\n"
        "def create(name):\n    app = Shop(name)\n    app.config['x'] = 1\n    return app\n"
        "def make(name):\n    return create(name)\n"
        "def guess(name):\n    return Flask(name) if name else None\n"
    )
}


@pytest.fixture
def codes(statelint):
    """`codes("--no-cache")`: what is found, by code and line."""

    def found(*flags):
        done = statelint("check", "--format", "json", *flags)
        assert done.code in {0, 1}, done.err
        assert done.err == ""
        return [(finding["code"], finding["line"]) for finding in json.loads(done.out)["findings"]]

    return found


@pytest.fixture
def handler(tree):
    """A project whose handler derives from a class of `somelib`, and an environment that is not found by itself."""
    root = tree({"pyproject.toml": "", "app.py": HANDLER})
    install(make_environment(root / "envs" / "one"), LIBRARY)
    return root


def test_handler_that_derives_from_a_class_of_an_installed_package(handler, codes):
    assert codes() == []
    assert codes("--python", "envs/one") == [("STL201", 3)]
    assert codes("--python", "envs/one", "--no-cache") == [("STL201", 3)]


@pytest.mark.parametrize(
    "where",
    ["option", "setting", ".venv", "venv", "active"],
)
def test_ways_to_name_the_environment(handler, codes, where, monkeypatch):
    flags = ["--python", "envs/one/bin/python"] if where == "option" else []
    program = handler / "envs" / "one" / "bin" / "python"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    if where == "setting":
        (handler / "pyproject.toml").write_text('[tool.statelint]\npython = "envs/one"\n')
    elif where == "active":
        monkeypatch.setenv("VIRTUAL_ENV", str(handler / "envs" / "one"))
    elif where != "option":
        (handler / "envs" / "one").rename(handler / where)
    assert codes(*flags) == [("STL201", 3)]
    assert codes("--python", "") == []


def test_option_goes_before_the_setting_and_must_name_an_environment(handler, statelint, codes):
    (handler / "pyproject.toml").write_text('[tool.statelint]\npython = "no/such"\n')
    assert codes() == []
    assert codes("--python", "envs/one") == [("STL201", 3)]
    done = statelint("check", "--python", "no/such")
    assert (done.code, done.out) == (2, "")
    assert "there is no Python environment at `no/such`" in done.err


def test_verbose_names_the_folder(handler, statelint):
    assert "installed packages from" not in statelint("check", "--verbose").err
    done = statelint("check", "--verbose", "--python", "envs/one")
    assert f"installed packages from {handler / 'envs' / 'one' / 'lib'}" in done.err


def test_another_version_of_the_package_is_noticed(handler, codes):
    packages = handler / "envs" / "one" / "lib" / "python3.12" / "site-packages"
    assert codes("--python", "envs/one") == [("STL201", 3)]
    install(packages, {"somelib/__init__.py": "class JsonHandler: ...\n"}, version="1.1")
    for path in (packages / "somelib-1.0.dist-info").iterdir():
        path.unlink()
    (packages / "somelib-1.0.dist-info").rmdir()
    assert codes("--python", "envs/one") == []


@pytest.mark.parametrize(
    "text", ["class JsonHandler(\n", b"\xff\0", "raise SystemExit(3)\n", "from somelib import *\n"]
)
def test_broken_package_is_silent(handler, codes, text):
    packages = handler / "envs" / "one" / "lib" / "python3.12" / "site-packages"
    install(packages, {"somelib/__init__.py": text})
    assert codes("--python", "envs/one") == []


@pytest.mark.parametrize(("make", "is_found"), [("Shop", True), ("create", True), ("make", True), ("guess", False)])
def test_application_that_a_package_makes(tree, codes, make, is_found):
    root = tree({"pyproject.toml": "", "app.py": APPLICATION.format(make=make)})
    assert codes() == []
    install(make_environment(root / ".venv"), FACTORY, needs=["flask>=2"])
    assert codes() == ([("STL101", 4)] if is_found else [])


def test_calls_of_a_package_that_needs_no_described_one_are_not_looked_up(tree, codes):
    root = tree({"pyproject.toml": "", "app.py": APPLICATION.format(make="Shop")})
    install(make_environment(root / ".venv"), FACTORY)
    assert codes() == []


def test_class_that_is_imported_from_where_it_is_defined(tree, codes):
    code = APPLICATION.replace("import somelib", "from flask.inside.app import Flask").format(make="x")
    root = tree({"pyproject.toml": "", "app.py": code.replace("somelib.x", "Flask")})
    files = {"flask/__init__.py": "from .inside.app import Flask\n", "flask/inside/__init__.py": ""}
    install(make_environment(root / ".venv"), {**files, "flask/inside/app.py": "class Flask: ...\n"}, name="flask")
    shop = "import flask.inside.app\nclass Shop(flask.inside.app.Flask): ...\n"
    install(root / ".venv" / "lib" / "python3.12" / "site-packages", {"shoplib.py": shop}, "shoplib", needs=["flask"])
    (root / "app.py").write_text(APPLICATION.replace("somelib", "shoplib").format(make="Shop"))
    assert codes() == [("STL101", 4)]


def test_two_runs_give_the_same_bytes_with_and_without_memory(handler, statelint):
    flags = ("check", "--format", "concise", "--explain-cleared", "--python", "envs/one")
    runs = [statelint(*flags, "--no-cache").out, statelint(*flags).out]
    for path in (handler / ".statelint_cache").glob("report-*"):
        path.unlink()
    runs.append(statelint(*flags).out)
    assert runs[0]
    assert runs == [runs[0]] * 3


def test_run_that_asks_nothing_of_packages_imports_no_astroid(handler):
    (handler / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    code = (
        "import sys\nfrom statelint.cli.main import run\nsys.argv = ['statelint', 'check', '--python', 'envs/one']\n"
        "try:\n    run()\nexcept SystemExit as stop:\n    assert stop.code == 0\nassert 'astroid' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
