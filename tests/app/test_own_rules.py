"""Rules that a project adds: files of its own, and packages with rules and syntax questions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = (
    "import flask\n\napp = flask.Flask(__name__)\naudited = {}\nplain = {}\n\n\n"
    "def audit(write):\n    return write\n\n\n"
    "@app.post('/<key>')\ndef put(key):\n    audited[key] = audit(flask.request.data)\n"
    "    plain[key] = flask.request.data\n    return str((audited, plain))\n"
)
RULE = """
id = "{id}"
name = "own-rule"
since = "1"
detector = "written-while-serving"
consequence = "breaks"
message = "`{{holder}}` breaks the rule of the house"
why = "We agreed on it."
instead = "Ask the data team."
[params]
priority = 100
{params}
"""
QUESTION = '''
"""Does the statement at a line call `audit`?"""

import libcst as cst
import libcst.matchers as m

from statelint.syntax.question import QuestionKind, confirmed, refuted


def answer(segment, question):
    head = segment.head(question.line)
    if head is not None and m.findall(head.node, m.Call(func=m.Name("audit"))):
        return confirmed("calls audit")
    return refuted("no audit")


QUESTION = QuestionKind("acme_audited", answer)
'''


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "statelint", *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def check(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("check", str(project), "--format", "concise", cwd=project.parent, **environment)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "app.py").write_text(CODE)
    return folder


@pytest.fixture
def package(tmp_path):
    """A distribution as an installer leaves it; gives the path to look for it."""
    site = tmp_path / "site"
    for path, text in {
        "acme_lint/__init__.py": "",
        "acme_lint/rules/STL901-own-rule.toml": RULE.format(id="STL901", params='asks = "acme_audited"'),
        "acme_lint/questions/__init__.py": "",
        "acme_lint/questions/audited.py": QUESTION,
        "acme_lint-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-lint\nVersion: 1.0\n",
        "acme_lint-1.0.dist-info/entry_points.txt": "[statelint.rules]\nacme = acme_lint\n",
    }.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    return os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH", ""), str(Path(__file__).parents[2])]))


def test_rule_of_a_folder_below_the_root_is_used_from_any_working_directory(project):
    (project / "statelint.toml").write_text('rules = ["lint/"]\n')
    (project / "lint").mkdir()
    (project / "lint" / "STL900-own-rule.toml").write_text(RULE.format(id="STL900", params='words = ["plain"]'))
    done = check(project)
    assert "STL900" in done.stdout, done.stderr
    assert "`plain` breaks the rule of the house" in done.stdout


def test_reason_of_a_rule_names_the_finding_before_what_is_added_to_it(project):
    (project / "statelint.toml").write_text('rules = ["lint/"]\n')
    (project / "lint").mkdir()
    rule = RULE.format(id="STL900", params="").replace("written-while-serving", "random-secret")
    rule = rule.replace("We agreed on it.", "`{holder}` differs.").replace("priority = 100", 'names = "session_key"')
    (project / "lint" / "STL900-own-rule.toml").write_text(rule)
    (project / "keys.py").write_text(
        "import os\nimport secrets\n\nsession_key = os.environ.get('KEY') or secrets.token_hex()\n"
    )
    done = run("check", str(project), "--select", "STL900", "--format", "json", cwd=project.parent)
    found = json.loads(done.stdout)["findings"]
    assert [one["why"] for one in found] == ["`keys.session_key` differs. This is what happens unless `KEY` is set."]


def test_question_of_an_installed_package_decides(project, package):
    (project / "statelint.toml").write_text('rules = ["acme"]\n')
    done = check(project, PYTHONPATH=package)
    assert "`audited` breaks the rule of the house" in done.stdout, done.stderr
    assert "`plain` breaks" not in done.stdout


def test_rules_of_the_project_are_listed_and_explained(project, package):
    (project / "statelint.toml").write_text('rules = ["acme"]\n')
    assert "STL901  breaks     own-rule" in run("rule", cwd=project, PYTHONPATH=package).stdout
    assert "acme_audited" in run("rule", "STL901", cwd=project, PYTHONPATH=package).stdout


def test_installed_package_does_nothing_until_it_is_named(project, package):
    assert "STL901" not in check(project, PYTHONPATH=package).stdout


@pytest.mark.parametrize(
    ("name", "says"), [("acmee", "did you mean `acme`?"), ("lint/", "neither a folder nor an installed rule package")]
)
def test_unknown_name_is_refused(project, package, name, says):
    (project / "statelint.toml").write_text(f'rules = ["{name}"]\n')
    done = check(project, PYTHONPATH=package)
    assert done.returncode == 2
    assert says in done.stderr


def test_unknown_question_is_refused(project):
    (project / "statelint.toml").write_text('rules = ["lint/"]\n')
    (project / "lint").mkdir()
    (project / "lint" / "STL900-own-rule.toml").write_text(RULE.format(id="STL900", params='asks = "guarded_wite"'))
    done = check(project)
    assert done.returncode == 2
    assert "guarded_write" in done.stderr


def test_framework_and_library_rows_of_the_project_count(project):
    (project / "app.py").write_text(
        "from house import web, mailbox\n\nseen = {}\nletters = mailbox.Box()\n\n\n"
        "@web.page('/hello')\ndef hello(asked):\n    seen[asked] = 1\n    letters.drop(asked)\n    return letters.peek(seen)\n"
    )
    (project / "statelint.toml").write_text('rules = ["lint"]\n')
    for path, text in {
        "frameworks/house.toml": 'name = "house"\npackage = "house"\nimports = ["house"]\n[[entry]]\nid = "house-page"\n'
        'form = "decorator"\ntrigger = "http"\ncallables = ["house.web.page"]\nroute = [0]\n',
        "libraries/house.toml": 'name = "house"\npackage = "house"\n[[type]]\nqualified = ["house.mailbox.Box"]\n'
        'kind = "container"\nmutators = ["drop"]\n',
    }.items():
        (project / "lint" / path).parent.mkdir(parents=True, exist_ok=True)
        (project / "lint" / path).write_text(text)
    done = check(project)
    assert "`seen` is written by `request /hello`" in done.stdout, done.stderr
    assert "`letters`" in done.stdout
