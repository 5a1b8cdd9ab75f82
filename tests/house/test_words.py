"""Words and names: what is written keeps to the glossary, and extensions are named as their modules."""

import importlib
import pkgutil
import re
import subprocess
from pathlib import Path

import click
import pytest

from statelint import cli
from statelint.app.pipeline import check_sources
from statelint.deployment import formats as deployment_formats
from statelint.deployment.model import Format as DeploymentFormat
from statelint.detectors import kinds
from statelint.detectors.candidate import DeploymentDetector, Detector
from statelint.report import formats, inventories
from statelint.report.context import Format
from statelint.syntax import questions
from statelint.syntax.question import QuestionKind

ROOT = Path(__file__).parents[2]
OWN = "tests/house/"  # these files have to name what nothing else may
EXTENSIONS = [
    (kinds, "DETECTOR", Detector | DeploymentDetector, "name"),
    (formats, "FORMAT", Format, "name"),
    (inventories, "FORMAT", Format, "name"),
    (questions, "QUESTION", QuestionKind, "kind"),
    (deployment_formats, "FORMAT", DeploymentFormat, "name"),
    (cli, "COMMAND", click.Command, "name"),
]
NOT_EXTENSIONS = {"main"}
WORDS = {
    r"\b(white|black)list": "say `baseline` or `suppression`",
    r"\bfalse (positive|negative)s?\b": "say `false alarm` or `missed alarm`",
    r"\btype I{1,2} error": "say `false alarm` or `missed alarm`",
    r"(?<![\w.-])/(work|tmp|root)/\w": "name no path of one machine",
    r"\bpypi\.org\b": "name no host of a package index",
}
UNNUMBERED = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")


def texts() -> list[tuple[str, str]]:
    """Every text file that is kept, but those of this folder."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() or [
        path.relative_to(ROOT).as_posix()
        for folder in ("statelint", "rules", "tests", "docs")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".py", ".toml", ".md"}
    ]
    return [
        (name, (ROOT / name).read_text(encoding="utf-8", errors="replace"))
        for name in names
        if not name.startswith(OWN) and (ROOT / name).is_file()
    ]


TEXTS = texts()


@pytest.mark.parametrize(("package", "constant", "kind", "name"), EXTENSIONS, ids=lambda value: str(value)[:40])
def test_every_extension_has_one_constant_that_is_named_as_its_module(package, constant, kind, name):
    for info in pkgutil.iter_modules(package.__path__):
        if info.name in NOT_EXTENSIONS or info.ispkg:
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        public = {key for key, value in vars(module).items() if isinstance(value, kind) and key.isupper()}
        assert public == {constant}, info.name
        assert getattr(getattr(module, constant), name).replace("-", "_") == info.name


@pytest.mark.parametrize("pattern", WORDS)
def test_forbidden_words_are_not_used(pattern):
    found = [
        f"{name}:{number}"
        for name, text in TEXTS
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line, re.IGNORECASE)
    ]
    assert not found, WORDS[pattern]


def test_what_is_left_to_do_has_a_number():
    found = [f"{name}: {match[0]}" for name, text in TEXTS for match in UNNUMBERED.finditer(text)]
    assert not found, "write TODO(#12) with the number of the issue"


SERVICE = """
import flask

from statelint.app.pipeline import call_graph, check, check_sources

app = flask.Flask(__name__)


@app.post("/check")
def check_posted():
    return str((check_sources({"app.py": flask.request.data}), check(flask.request.data)))


@app.post("/graph")
def graph_posted():
    return call_graph(flask.request.data)
"""


@pytest.mark.slow
@pytest.mark.xfail(strict=True, reason="what a shared node drops, and what commands make, counts as long-lived")
def test_statelint_finds_nothing_in_statelint_as_a_service():
    own = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "statelint").rglob("*.py")}
    report = check_sources({**own, "service.py": SERVICE})
    assert report.summary.entry_points
    assert not report.findings
