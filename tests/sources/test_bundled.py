"""The rules travel with the package."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from statelint.catalogue.load import load_rules
from statelint.sources.bundled import rules_folder

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")


def test_checkout_uses_its_own_rules():
    assert rules_folder() == ROOT / "rules"


@pytest.mark.network
@pytest.mark.slow
def test_wheel_built_from_the_source_package_knows_every_rule(tmp_path):
    probe = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", str(tmp_path / "probe"), "hatchling"],
        capture_output=True, check=False,
    )  # fmt: skip
    if probe.returncode:
        pytest.skip("the package index does not answer")
    shutil.copytree(ROOT, tmp_path / "checkout", ignore=LEFT_OUT)
    build = [sys.executable, "-m", "build", "--outdir", str(tmp_path / "dist"), str(tmp_path / "checkout")]
    subprocess.run(build, check=True, capture_output=True)
    assert len(list((tmp_path / "dist").glob("*.tar.gz"))) == 1
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    folder = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([folder / "python", "-m", "pip", "install", "-qq", str(wheel)], check=True, capture_output=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def installed(*arguments):
        return subprocess.run(
            [folder / "statelint", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )  # fmt: skip

    assert [line.split()[0] for line in installed("rule").stdout.splitlines()] == [rule.id for rule in load_rules()]
    shutil.copytree(ROOT / "fixtures" / "sample", tmp_path / "sample")
    done = installed("check", "sample")
    assert (done.returncode, done.stderr) == (1, "")
    assert "STL201" in done.stdout
