"""Parts of a program that are linked beside each other give the report that they give one after the other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from statelint.app.pipeline import check_sources
from tests.conftest import PIN
from tests.islands import SHOP_AND_BLOG, application

ROOT = Path(__file__).parents[2]
STACK = """\
import boto3
client = boto3.client("elbv2")
client.modify_target_group_attributes(
    TargetGroupArn="arn", Attributes=[{"Key": "stickiness.enabled", "Value": "true"}]
)
"""
PROGRAM = {
    **SHOP_AND_BLOG,
    "mail/__init__.py": "",
    "mail/app.py": application("send"),
    "mail/stack.py": STACK,
    "web.yaml": PIN,
}


def reported(folder, *options):
    """The report, without times, of a process that may fork."""
    command = [sys.executable, "-m", "statelint", "check", "--format", "json", "--no-cache", "--explain-cleared"]
    done = subprocess.run(
        [*command, "--exit-zero", *options], capture_output=True, text=True, check=False, cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    report["summary"] |= {"seconds": 0, "stages": {}}
    return report


@pytest.fixture
def program(tree):
    long = {path: text + "# a line\n" * 8_000 for path, text in PROGRAM.items() if path.endswith("app.py")}
    return tree({"pyproject.toml": "", **PROGRAM, **long})


def test_both_ways_give_the_same(program):
    assert reported(program, "--jobs", "1") == reported(program, "--jobs", "2")


UNPACKED = """
from statelint.app.detection import Post
from statelint.cli.main import run

unpacked = Post.unpacked

def told(post, data):
    found = unpacked(post, data)
    print(type(found).__name__)
    return found

Post.unpacked = told
run()
"""


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors"
)
def test_small_parts_are_judged_in_another_process(program):
    command = [sys.executable, "-c", UNPACKED, "check", "--no-cache", "--exit-zero", "--quiet", "--jobs", "2"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=program, env={"PYTHONPATH": str(ROOT), "PATH": ""}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Judged" in done.stdout.split()


def test_all_that_parts_give_is_in_the_report(program):
    report = reported(program)
    assert [one["symbol"] for one in report["findings"] if one["code"] == "STL101"] == [
        "blog.app.hits", "mail.app.hits", "shop.app.hits"
    ]  # fmt: skip
    assert report["summary"]["entry_points"] == 3
    assert report["summary"]["reachable_functions"] == 3
    assert report["summary"]["frameworks"] == ["flask"]


def test_settings_of_the_deployment_are_about_the_code_of_all_parts():
    report = check_sources(PROGRAM)
    pins = {one.place.path: one for one in report.findings if one.code.startswith("STL70")}
    assert set(pins) == {"mail/stack.py", "web.yaml"}
    for pin in pins.values():
        assert {state.symbol for state in pin.hides} == {"blog.app.hits", "mail.app.hits", "shop.app.hits"}


GUESSED = {
    "shop/guess.py": "def last(thing):\n    return thing.remember(1)\n",
    "blog/store.py": (
        "class Store:\n    def __init__(self):\n        self.kept = []\n"
        "    def remember(self, value):\n        self.kept.append(value)\n        return self.kept\n\nSTORE = Store()\n"
    ),
}


@pytest.mark.parametrize(("more", "found"), [("", False), ("import blog.store\n", True)])
def test_parts_do_not_guess_at_one_another(more, found):
    app = more + SHOP_AND_BLOG["shop/app.py"]
    app = app.replace("    return", "    from shop.guess import last\n    last(unknown(key))\n    return")
    report = check_sources({**SHOP_AND_BLOG, **GUESSED, "shop/app.py": app})
    assert ("blog.store.Store.kept" in {one.symbol for one in report.findings}) == found
