"""Tests that install packages skip, and say why, where no package index answers."""

import subprocess
import sys
from pathlib import Path

import pytest


def need_package_index(folder: Path) -> None:
    """Skip the test unless a small package can be had."""
    probe = subprocess.run(
        [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", str(folder / "probe"), "click"],
        capture_output=True, check=False,
    )  # fmt: skip
    if probe.returncode:
        pytest.skip("the package index does not answer")
