"""A pin names the state that it hides."""

import json

from statelint.app.pipeline import check_sources
from tests.conftest import PROJECT

PIN = "upstream app {\n    ip_hash;\n    server a:8000;\n    server b:8000;\n}\n"
STATELESS = "import flask\napp = flask.Flask(__name__)\n@app.get('/')\ndef index():\n    return ''\n"


def pin(files):
    return next(one for one in check_sources(files).findings if one.code == "STL701")


def test_states_are_counted_and_the_nearest_named_first():
    files = {"shop/deploy/nginx.conf": PIN, "a/app.py": PROJECT, "shop/app.py": PROJECT, "b/app.py": PROJECT}
    files["c/app.py"] = PROJECT
    found = pin(files)
    assert "hides 4 states of this project: STL101 shop/app.py:4, " in found.message
    assert found.message.endswith("...")
    assert [one.place.path for one in found.hides] == ["shop/app.py", "a/app.py", "b/app.py", "c/app.py"]


def test_links_are_fingerprints_of_findings():
    report = check_sources({"nginx.conf": PIN, "app.py": PROJECT})
    state = next(one for one in report.findings if one.code == "STL101")
    assert [one.fingerprint for one in pin({"nginx.conf": PIN, "app.py": PROJECT}).hides] == [state.fingerprint]


def test_pin_that_hides_nothing_can_go():
    assert "it can go" in pin({"nginx.conf": PIN, "app.py": STATELESS}).message


def test_nothing_is_said_of_states_where_no_code_was_read():
    found = pin({"nginx.conf": PIN})
    assert "project" not in found.message
    assert not found.hides


def test_states_are_named_whatever_is_selected(tree, statelint):
    tree({"pyproject.toml": "", "nginx.conf": PIN, "app.py": PROJECT})
    done = statelint("check", "--no-cache", "--select", "STL7", "--format", "json")
    findings = json.loads(done.out)["findings"]
    assert [one["code"] for one in findings] == ["STL701"]
    assert [(one["code"], one["path"], one["line"]) for one in findings[0]["hides"]] == [("STL101", "app.py", 4)]


def test_changed_deployment_file_is_noticed_by_the_cache(tree, statelint):
    root = tree({"pyproject.toml": "", "nginx.conf": PIN, "app.py": STATELESS})
    assert statelint("check").code == 1
    assert statelint("check").code == 1
    (root / "nginx.conf").write_text(PIN.replace("ip_hash", "least_conn"))
    assert statelint("check").code == 0


def test_deployment_files_are_excluded_as_code_is(tree, statelint):
    tree(
        {"pyproject.toml": "", ".gitignore": "local/\n", ".git/HEAD": "", "local/nginx.conf": PIN, "x/nginx.conf": PIN}
    )
    assert statelint("check", "--no-cache", "--extend-exclude", "x/").code == 0
    assert statelint("check", "--no-cache", "x").code == 1
