"""Deployment files above several projects are about the code of these."""

import json
import subprocess

import pytest

from tests.conftest import PIN, PROJECT

COMPOSE = """\
services:
  a:
    build: services/a
    command: gunicorn web.app:app
    deploy:
      replicas: 3
    volumes:
      - /srv/media
  b:
    build: services/b
    command: gunicorn web.app:app
"""
STATELESS = PROJECT.replace('hits["x"] = 1', "pass")
UPLOADS = """\
import flask

app = flask.Flask(__name__)


@app.post("/")
def upload():
    with open("/srv/media/" + flask.request.args["name"], "wb") as file:
        file.write(flask.request.data)
    return ""
"""


@pytest.fixture
def repository(tree):
    """Two projects with alike code, and deployment files that belong to neither."""
    return tree({
        ".git/HEAD": "", "k8s/ingress.yaml": PIN, "compose.yaml": COMPOSE,
        "services/a/pyproject.toml": "[tool.statelint]\n", "services/a/web/app.py": PROJECT,
        "services/b/statelint.toml": "", "services/b/web/app.py": PROJECT,
    })  # fmt: skip


def findings(statelint, *arguments):
    done = statelint("check", "--format", "json", *arguments)
    assert done.code in {0, 1}, done.err
    return json.loads(done.out)["findings"]


def of(found, path):
    return [one for one in found if one["path"] == path]


def test_pin_names_the_states_of_the_projects_inside(repository, statelint):
    found = findings(statelint)
    (pin,) = of(found, "k8s/ingress.yaml")
    states = {one["fingerprint"]: (one["path"], one["line"]) for one in found if one["code"] == "STL101"}
    hidden = {one["fingerprint"]: (one["path"], one["line"]) for one in pin["hides"]}
    assert hidden == states
    assert len(states) == 2
    assert "it hides 2 states of this project: STL101 services/a/web/app.py:4, " in pin["message"]
    assert "services/b/web/app.py:4" in statelint("check").out


def test_pin_says_that_it_can_go_only_where_no_project_keeps_state(repository, statelint):
    (repository / "services/a/web/app.py").write_text(STATELESS)
    assert "it hides 1 state" in of(findings(statelint), "k8s/ingress.yaml")[0]["message"]
    (repository / "services/b/web/app.py").write_text(STATELESS)
    (pin,) = of(findings(statelint), "k8s/ingress.yaml")
    assert pin["message"].endswith("so it can go")
    assert pin["fix"]["applicability"] == "safe"
    (repository / "services/b/web/app.py").write_text(PROJECT)
    assert "it hides 1 state" in of(findings(statelint), "k8s/ingress.yaml")[0]["message"]


def test_copies_are_those_of_the_service_that_asks_for_them(repository, statelint):
    copies = {one["path"]: one["copies"] for one in findings(statelint) if one["code"] == "STL101"}
    assert [(one["path"], one["line"], one["count"]) for one in copies["services/a/web/app.py"]] == [
        ("compose.yaml", 6, 3)
    ]
    assert copies["services/b/web/app.py"] == []


def test_mounted_folder_is_reported_where_code_of_a_project_inside_writes(repository, statelint):
    assert of(findings(statelint), "compose.yaml") == []
    (repository / "services/b/web/app.py").write_text(UPLOADS)
    assert of(findings(statelint), "compose.yaml") == []
    (repository / "services/a/web/app.py").write_text(UPLOADS)
    (mounted,) = of(findings(statelint), "compose.yaml")
    assert [one["path"] for one in mounted["hides"]] == ["services/a/web/app.py"]
    assert mounted["hides"][0]["fingerprint"] in {one["fingerprint"] for one in findings(statelint)}


@pytest.mark.parametrize("path", ["k8s", "k8s/ingress.yaml", "compose.yaml"])
def test_what_is_reported_of_a_path_is_the_same_as_in_a_whole_run(repository, statelint, path):
    (repository / "services/a/web/app.py").write_text(UPLOADS)
    found = findings(statelint)
    assert findings(statelint, path) == [one for one in found if one["path"].startswith(path)]


def test_names_of_projects_are_names_of_images(repository, statelint):
    (repository / "compose.yaml").write_text(
        "services:\n  x:\n    image: registry.example/backend:1\n    deploy: {replicas: 2}\n"
    )
    (repository / "services/a").rename(repository / "services/backend")
    copies = {one["path"]: one["copies"] for one in findings(statelint) if one["code"] == "STL101"}
    assert [len(copies[f"services/{name}/web/app.py"]) for name in ("backend", "b")] == [1, 0]


def test_fingerprints_hold_in_projects_inside_projects(repository, statelint):
    (repository / "services/statelint.toml").write_text("")
    (repository / "k8s").rename(repository / "services/k8s")
    found = findings(statelint)
    (pin,) = of(found, "services/k8s/ingress.yaml")
    states = {one["fingerprint"] for one in found if one["code"] == "STL101"}
    assert {one["fingerprint"] for one in pin["hides"]} == states
    assert [len(one["copies"]) for one in found if one["code"] == "STL101"] == [1, 0]


def test_projects_beside_each_other_are_not_joined(repository, statelint):
    (repository / "k8s").rename(repository / "services/b/k8s")
    (pin,) = of(findings(statelint), "services/b/k8s/ingress.yaml")
    assert [one["path"] for one in pin["hides"]] == ["services/b/web/app.py"]


def test_baseline_and_comments_accept_what_only_the_projects_inside_show(repository, statelint):
    (repository / "services/a/web/app.py").write_text(UPLOADS)
    (repository / "statelint.toml").write_text('baseline = "known.json"\n')
    (repository / "known.json").write_text('{"version": 1, "accepted": []}')
    (before,) = of(findings(statelint), "compose.yaml")
    assert "known.json accepts 2 findings" in statelint("baseline").out
    assert of(findings(statelint), "compose.yaml") == []
    assert before["fingerprint"] in (repository / "known.json").read_text()
    (repository / "known.json").write_text('{"version": 1, "accepted": []}')
    marked = COMPOSE.replace("/srv/media", f"/srv/media  # statelint: ignore[{before['code']}] moves in spring")
    (repository / "compose.yaml").write_text(marked)
    assert "STL" not in "".join(statelint("check", "compose.yaml", "--format", "concise").out.split("Found")[0])


def test_fixes_of_projects_inside_come_first(repository, statelint):
    (repository / "services/b/web/app.py").write_text(STATELESS)
    (repository / "services/a/web/app.py").write_text(STATELESS)
    statelint("check", "--fix")
    assert "ClientIP" not in (repository / "k8s/ingress.yaml").read_text()


def test_what_was_found_before_is_not_new(repository, statelint, monkeypatch):
    (repository / ".git/HEAD").unlink()
    (repository / "services/a/web/app.py").write_text(UPLOADS)
    for name, value in (("NAME", "a"), ("EMAIL", "a@example.org")):
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *arguments], cwd=repository, check=True)
    assert findings(statelint, "--since", "HEAD") == []
    (repository / "services/b/web/app.py").write_text(UPLOADS)
    (repository / "compose.yaml").write_text(f"{COMPOSE}    volumes:\n      - /srv/media\n")
    assert sorted({one["path"] for one in findings(statelint, "--since", "HEAD")}) == [
        "compose.yaml", "services/b/web/app.py",
    ]  # fmt: skip


def test_cache_of_a_project_without_code_is_left_out_by_git(repository, statelint):
    (repository / ".git/HEAD").unlink()
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)
    findings(statelint)
    assert list((repository / ".statelint_cache").glob("report-*"))
    listed = subprocess.run(
        ["git", "status", "--short", "-uall"], cwd=repository, check=True, capture_output=True, text=True
    )
    assert ".statelint_cache" not in listed.stdout
