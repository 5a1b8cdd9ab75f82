"""Installed packages made of text."""

from __future__ import annotations

from pathlib import Path

import pytest

from statelint.environment.distributions import Distributions
from statelint.environment.installed import InstalledPackages
from statelint.environment.memory import OutlineMemory

VERSION = "3.12"


def make_environment(folder: Path) -> Path:
    """An empty virtual environment; its folder with packages."""
    packages = folder / "lib" / f"python{VERSION}" / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {VERSION}.1\n")
    return packages


def install(
    packages: Path, files: dict[str, str | bytes], name: str = "somelib", version: str = "1.0", needs=()
) -> None:
    """Write a distribution's files and what its installer says of them."""
    for path, text in files.items():
        target = packages / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    about = packages / f"{name}-{version}.dist-info"
    about.mkdir(exist_ok=True)
    (about / "RECORD").write_text("".join(f"{path},,\n" for path in files))
    wanted = "".join(f"Requires-Dist: {need}\n" for need in needs)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\n{wanted}\nRequires-Dist: in the text\n")


@pytest.fixture
def packages(tmp_path):
    """The folder with packages of an empty environment in `.venv`."""
    return make_environment(tmp_path / ".venv")


@pytest.fixture
def ask(packages):
    """`ask({"somelib/__init__.py": "..."})` installs these files and answers questions about them."""

    def asked(files, cache=None, **about):
        install(packages, files, **about)
        return InstalledPackages(Distributions((str(packages),)), OutlineMemory(cache))

    return asked
