"""The hooks of pre-commit: which files wake them, and what they say in a real repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from statelint.sources.deployment_files import SUFFIXES, has_deployment_name
from tests.conftest import PROJECT
from tests.network import need_package_index

ROOT = Path(__file__).parents[1]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
STORE = "hits = {}\n\n\ndef count(name):\n    hits[name] = hits.get(name, 0) + 1\n    return hits[name]\n"
VIEWS = "import flask\n\nfrom store import count\n\napp = flask.Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return 'ok'\n"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_file_that_is_read_wakes_the_hook(hook):
    files = re.compile(HOOKS[hook]["files"])
    names = [f"a{suffix}" for suffix in SUFFIXES] + [
        "Dockerfile",
        "deploy/Dockerfile.web",
        "Procfile",
        "x/.htaccess",
        ".env.prod",
    ]
    assert all(has_deployment_name(name.rpartition("/")[2]) for name in names)
    for name in [*names, "app/views.py", "production.ini", "pyproject.toml", "statelint-baseline.json"]:
        assert files.search(name), name
    for name in ["README.md", "logo.png", "docs/pypi.rst", "notpy"]:
        assert not files.search(name), name


class Repository:
    """A repository of a user, with our hooks from a repository of ours."""

    def __init__(self, folder, ours, revision, hook):
        self.folder = folder
        config = f"repos:\n- repo: {ours}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
        self.write(
            {
                ".pre-commit-config.yaml": config,
                "pyproject.toml": "[tool.statelint]\n",
                ".gitignore": ".statelint_cache/\n",
            }
        )
        self.write({"app.py": PROJECT, "store.py": STORE, "views.py": VIEWS, "README.md": "text\n"})
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-qm", "one")

    def write(self, files):
        for path, text in files.items():
            (self.folder / path).write_text(text)

    def git(self, *arguments, may_fail=False):
        done = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert may_fail or done.returncode == 0, done.stderr
        return done

    def run(self, *arguments):
        """Exit status and output of pre-commit for what is staged."""
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--color", "never", *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """This checkout as a repository, and its only commit."""
    folder = tmp_path_factory.mktemp("ours") / "statelint"
    need_package_index(folder.parent)
    ignored = shutil.ignore_patterns(".git", ".*cache*", ".venv", "__pycache__", "tests", "fixtures", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=ignored)
    environment = {
        f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    os.environ.update(environment, PRE_COMMIT_HOME=str(folder.parent / "home"))
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
    yield folder, done.stdout.strip()
    for name in (*environment, "PRE_COMMIT_HOME"):
        del os.environ[name]


@pytest.fixture
def repository(tmp_path, ours):
    return lambda hook: Repository(tmp_path, *ours, hook)


class TestRealHooks:
    """With the real pre-commit, which installs this checkout into an environment of its own."""

    pytestmark = [pytest.mark.slow, pytest.mark.network]  # noqa: RUF012

    @pytest.fixture(autouse=True)
    def pre_commit(self):
        pytest.importorskip("pre_commit")

    def test_whole_project_is_the_unit(self, repository):
        project = repository("statelint")
        code, out = project.run("--all-files")
        assert code == 1, out
        assert "app.py:4:1: STL101" in out
        project.write({"README.md": "more\n"})
        project.git("add", "-A")
        assert (project.run()[0], "no files to check" in project.run()[1]) == (0, True)
        project.write({"app.py": ""})
        project.git("add", "-A")
        assert project.run()[0] == 0
        project.write({"nginx.conf": "upstream a {\n  ip_hash;\n}\n"})
        project.git("add", "-A")
        code, out = project.run()
        assert (code, "nginx.conf:2:3: STL701" in out) == (1, True)

    def test_changed_reports_only_what_the_commit_touches_or_causes(self, repository):
        project = repository("statelint-changed")
        project.write({"app.py": PROJECT.replace("import flask", "import flask  # more")})
        project.git("add", "-A")
        code, out = project.run()
        assert code == 0, out
        project.write({"app.py": PROJECT.replace('hits["x"] = 1', 'hits["x"] = 2')})
        assert project.run()[0] == 0  # not staged
        project.git("add", "-A")
        code, out = project.run()
        assert (code, "app.py:4:1: STL101" in out) == (1, True)
        project.git("checkout", "-q", "HEAD", "--", "app.py")
        project.write({"views.py": VIEWS.replace("return 'ok'", "return str(count('/'))")})
        project.git("add", "-A")
        code, out = project.run()
        assert (code, "store.py:1:1: STL101" in out, "app.py:4" in out) == (1, True, False)
        project.git("commit", "-qm", "two", "--no-verify")
        project.write({"README.md": "more\n"})
        project.git("commit", "-qam", "three", "--no-verify")
        code, out = project.run("--from-ref", "HEAD~2", "--to-ref", "HEAD")
        assert (code, "store.py:1:1: STL101" in out) == (1, True)

    def test_commit_is_stopped(self, repository):
        project = repository("statelint-changed")
        subprocess.run(
            [sys.executable, "-m", "pre_commit", "install"], cwd=project.folder, check=True, capture_output=True
        )
        project.write({"new.py": PROJECT.replace("hits", "others")})
        project.git("add", "-A")
        done = project.git("commit", "-m", "two", may_fail=True)
        assert done.returncode == 1
        assert "new.py:4:1: STL101" in done.stdout + done.stderr
        project.write(
            {"new.py": PROJECT.replace("hits = {}", "hits = {}  # statelint: ignore[STL101] a demonstration")}
        )
        project.git("add", "-A")
        assert project.git("commit", "-m", "two", may_fail=True).returncode == 0
