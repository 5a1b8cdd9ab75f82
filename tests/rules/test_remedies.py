"""What a rule tells to write instead: for each framework family, silent under statelint, and working."""

import ast
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from tests.libraries import PACKAGES
from tests.network import need_package_index
from tests.rules.remedies.replicas import ENVIRONMENT

RULES = load_rules()
REMEDIES = [(rule, remedy) for rule in RULES for remedy in rule.remedy]
PARTS = 4
EVERYWHERE = {"flask", "fastapi"}
RUN = """
import json, sys, types

from django.conf import settings

settings.configure()
import django

django.setup()
for number, (title, code) in enumerate(json.load(sys.stdin)):
    module = types.ModuleType(f"remedy_{number}")
    sys.modules[module.__name__] = module
    try:
        exec(compile(code, title, "exec"), module.__dict__)
    except Exception as error:
        print(f"{title}: {type(error).__name__}: {error}")
    if "sanic" in sys.modules:
        sys.modules["sanic"].Sanic._app_registry.clear()
"""
AT_START = re.compile(
    r"^@\S*(contextmanager|server_start|server_stop)|^def (make|create|build)_app|^async def connect", re.M
)
HANDLER = "@served.route('/<asked>')\ndef everything(asked):\n"
SETTINGS = """
import os

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["REDIS_URL"],
    }
}
STORAGES = {"default": {"BACKEND": "storages.backends.s3.S3Storage"}}
"""


def served(code: str) -> str:
    """The code with a handler for everything that it defines: else nothing would be reachable."""
    calls: list[str] = []
    body = ast.parse(code).body
    names = [ast.unparse(target) for node in body if isinstance(node, ast.Assign) for target in node.targets]
    for node in body:
        if isinstance(node, ast.ClassDef):
            methods = [item.name for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
            calls += [f"{owner}.{name}(asked)" for owner in (node.name, *names) for name in methods if name[0] != "_"]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not AT_START.search(ast.unparse(node)):
            calls.append(f"{node.name}(asked, asked)")
    lines = "".join(f"    {call}\n" for call in calls)
    return f"{code}\nfrom flask import Flask as Served\nserved = Served('served')\n{HANDLER}{lines}    return asked\n"


@pytest.mark.parametrize(
    "code",
    [
        "hits = {}\ndef hit(page, asked):\n    hits[page] = asked\n    return hits\n",
        "class Hits:\n    pages = {}\n    def add(self, page):\n        self.pages[page] = 1\n        return self.pages\n"
        "hits = Hits()\n",
        "import celery\nhits = {}\n@celery.task\ndef hit(page, asked):\n    hits[page] = asked\n    return hits\n",
    ],
)
def test_state_in_a_remedy_would_be_seen(code):
    assert check_sources({"app.py": served(code)}).findings


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_has_a_remedy_for_the_common_frameworks(rule):
    named = {name for remedy in rule.remedy for name in remedy.frameworks}
    assert named <= {*PACKAGES, "*"}
    assert named >= EVERYWHERE
    for remedy in rule.remedy:
        assert remedy.trade_off.endswith(".")
        assert not remedy.title.endswith(".")


@pytest.mark.parametrize(
    ("rule", "remedy"), REMEDIES, ids=[f"{rule.id} {remedy.frameworks[0]} {remedy.title}" for rule, remedy in REMEDIES]
)
def test_remedy_is_silent(rule, remedy):
    report = check_sources({"app.py": served(remedy.code), "settings.py": SETTINGS})
    assert not report.findings
    assert not report.problems


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_remedies_run_with_the_packages_that_they_name(tmp_path, part):
    need_package_index(tmp_path)
    groups: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for rule, remedy in REMEDIES:
        named = {*remedy.packages, *(PACKAGES[name] for name in remedy.frameworks if name != "*")}
        groups[tuple(sorted(named))].append((f"{rule.id} {remedy.title}", remedy.code))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    ordered = sorted(groups.items())
    failures = [
        line
        for packages, codes in ordered[cut(ordered, part) : cut(ordered, part + 1)]
        for line in failing(python, packages, codes)
    ]
    assert not failures


def cut(ordered: list, part: int) -> int:
    """Where a part begins: neighbours share packages, so they stay together."""
    return len(ordered) * part // PARTS


def failing(python: Path, packages: tuple[str, ...], codes: list[tuple[str, str]]) -> list[str]:
    """Install a group at a time: all together would have to agree on one version of each shared dependency."""
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-compile"]
    subprocess.run([*pip, "django", *packages], check=True, capture_output=True)
    done = subprocess.run(
        [python, "-W", "ignore", "-c", RUN], input=json.dumps(codes), capture_output=True, text=True, check=True,
        env={**os.environ, **ENVIRONMENT},
    )  # fmt: skip
    return done.stdout.splitlines()
