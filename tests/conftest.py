"""The command, run inside the test process."""

from typing import NamedTuple

import pytest

from statelint.cli import main

PROJECT = """\
import flask

app = flask.Flask(__name__)
hits = {}


@app.get("/")
def index():
    hits["x"] = 1
    return str(hits)
"""
PIN = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  sessionAffinity: ClientIP
  selector: {app: web}
"""
PYRAMID = """\
from pyramid.config import Configurator
from pyramid.view import view_config


@view_config(route_name="cart")
def cart(request):
    return {}


def main(global_config, **settings):
    config = Configurator(settings=settings)
    config.scan()
    return config.make_wsgi_app()
"""


class Done(NamedTuple):
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def statelint(monkeypatch, capsys):
    """`statelint("check", "--format", "json")`: exit status, output and errors."""

    def called(*arguments):
        monkeypatch.setattr("sys.argv", ["statelint", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        return Done(stop.value.code or 0, *capsys.readouterr())

    return called


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """`tree({"app/x.py": "..."})` writes files below an empty working directory and returns it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)

    def write(files):
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


@pytest.fixture
def project(tree):
    """A project with one finding: STL101 in app.py, line 4."""
    return tree({"pyproject.toml": "[tool.statelint]\n", "app.py": PROJECT})
