"""The same program gives the same bytes, whatever order, workers, cache and hash seed."""

import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STDLIB = Path(sysconfig.get_path("stdlib"))
WEB = """\
import http.server, wsgiref.simple_server, logging.handlers, email.message, xmlrpc.server, sched
import {name}_helper
SEEN = {{}}
class Handler(http.server.SimpleHTTPRequestHandler):
    count = 0
    def do_GET(self):
        Handler.count += 1
        SEEN[self.path] = logging.handlers.BufferingHandler(10)
        {name}_helper.remember(self.path, self)
        return super().do_GET()
def app(environ, start_response):
    SEEN[environ["PATH_INFO"]] = email.message.Message()
    {name}_helper.remember(environ["PATH_INFO"], SEEN)
    return [str(SEEN).encode()]
wsgiref.simple_server.make_server("", 80, app).serve_forever()
"""
HELPER = "CACHE = {}\nORDER = []\ndef remember(key, value):\n    CACHE.setdefault(key, []).append(value)\n    ORDER.append(key)\n"


SOME = ("fastapi", "python", "tornado")


@pytest.fixture(params=["some frameworks", pytest.param("all frameworks", marks=pytest.mark.slow)])
def program(request, tmp_path):
    """Applications over parts of the standard library, as files of the program."""
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    for name in ("one", "two"):
        (folder / f"{name}.py").write_text(WEB.format(name=name))
        (folder / f"{name}_helper.py").write_text(HELPER)
    ignore = shutil.ignore_patterns("__pycache__", "test*")
    for package in ("http", "wsgiref", "logging", "xmlrpc"):
        shutil.copytree(STDLIB / package, folder / package, ignore=ignore)
    for module in ("socketserver", "sched", "queue"):
        if (STDLIB / f"{module}.py").is_file():
            shutil.copy(STDLIB / f"{module}.py", folder)
    for fixtures in sorted((ROOT / "fixtures").iterdir()):
        if request.param == "all frameworks" or fixtures.name in SOME:
            shutil.copytree(fixtures, folder / "fixtures" / fixtures.name)
    return folder


def without_times(text):
    report = json.loads(text)
    report["summary"]["seconds"] = 0
    del report["summary"]["stages"]
    return json.dumps(report, indent=1)


def test_order_workers_cache_and_hash_seed_change_nothing(program, statelint, monkeypatch):
    monkeypatch.chdir(program)
    command = ["check", "--format", "json", "--explain-cleared", "--statistics"]
    first = statelint(*command, "--no-cache", "--jobs", "1")
    expected = without_times(first.out)
    assert len(json.loads(expected)["findings"]) > 5
    listed = os.scandir
    chance = random.Random(1)

    class Shuffled(list):
        """What `os.scandir` gives, in another order; some Pythons list folders in a `with`."""

        def __init__(self, path="."):
            with listed(path) as entries:
                super().__init__(entries)
            chance.shuffle(self)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(os, "scandir", Shuffled)
    assert without_times(statelint(*command, "--no-cache", "--jobs", "1").out) == expected
    monkeypatch.setattr(os, "scandir", listed)
    for jobs in ("2", "1"):  # the second from the cache of the first
        assert without_times(statelint(*command, "--jobs", jobs).out) == expected
    done = subprocess.run(
        [sys.executable, "-m", "statelint", *command, "--no-cache", "--jobs", "2"], cwd=program, check=False,
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "1"},
    )  # fmt: skip
    assert without_times(done.stdout) == expected
