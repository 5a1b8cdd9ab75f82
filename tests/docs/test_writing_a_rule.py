"""docs/writing-a-rule.md, done as it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from statelint.detectors.candidate import Detector
from tests.docs.pages import ROOT, blocks
from tests.markers import places_marked

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PAGE = ROOT / "docs" / "writing-a-rule.md"
FILES = {
    match[1]: block.text
    for language in ("toml", "python")
    for block in blocks(PAGE, language)
    if (match := re.match(r"# (\S+\.(?:toml|py))\n", block.text))
}
RULE = "lint/STL900-feature-flags-in-process-memory.toml"


def check(project: Path, site: Path) -> set[tuple[str, int, str]]:
    search = os.pathsep.join([str(site), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "statelint", "check", "--format", "concise", "--no-cache"],
        cwd=project, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": search},
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    return {
        (match[1], int(match[2]), match[3])
        for match in re.finditer(r"^(\S+?):(\d+):\d+: (STL\d{3})", done.stdout, re.M)
    }


@pytest.fixture
def site(tmp_path):
    """The rule package, installed."""
    folder = tmp_path / "site"
    for path, text in FILES.items():
        if path.startswith("acme_lint/"):
            write(folder / path, text)
    for path in ("acme_lint/__init__.py", "acme_lint/questions/__init__.py"):
        write(folder / path, "")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    points = project["entry-points"]["statelint.rules"]
    info = f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    write(folder / info / "METADATA", head)
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    write(folder / info / "entry_points.txt", f"[statelint.rules]\n{lines}")
    return folder


@pytest.fixture
def project(tmp_path):
    """The settings and the folder `lint/`."""
    for path, text in FILES.items():
        if path.startswith(("lint/", "statelint.toml")):
            write(tmp_path / "project" / path, text)
    return tmp_path / "project"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("example", tomllib.loads(FILES[RULE])["example"], ids=lambda example: example["title"])
def test_rule_judges_its_examples_as_marked(project, site, example):
    write(project / "app.py", example["code"])
    assert check(project, site) == places_marked({"app.py": example["code"]})


def test_rows_of_the_project_make_its_framework_known(project, site):
    write(project / "app.py", FILES["app.py"])
    assert {code for _, _, code in check(project, site)} == {"STL900", "STL101"}


def test_question_of_the_package_decides_once_it_is_named(project, site):
    write(project / "app.py", FILES["app.py"])
    write(project / "statelint.toml", 'rules = ["lint/", "acme"]\n')
    assert {code for _, _, code in check(project, site)} == {"STL900", "STL910"}


def test_detector_kind_has_the_shape_of_a_detector():
    code = next(block.text for block in blocks(PAGE, "python") if "DETECTOR" in block.text)
    found: dict[str, object] = {"__name__": "my_kind"}
    exec(code, found)
    assert isinstance(found["DETECTOR"], Detector)
