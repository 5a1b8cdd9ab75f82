"""The `write` rows against the installed packages: names, and where path and mode are among the parameters.

Only files whose rows changed are checked again: `python -m tests.rules.test_installed_writers` records what passed.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import msgspec
import pytest

from statelint.models.rows import LibraryFile, WriteRow
from tests.libraries import BUNDLE
from tests.network import need_package_index

LIBRARIES = [library for library in BUNDLE.libraries if any(row.verified for row in library.write)]
RECORD = Path(__file__).with_name("checked_writers.json")
READ_IN_SOURCE = frozenset(  # too large to install for a name and a parameter
    {"catboost", "gensim", "keras", "lightgbm", "moviepy", "onnx", "sentence-transformers", "spacy", "tensorflow"}
    | {"tensorboardx", "torch", "transformers", "xgboost"}
)
PROBE = textwrap.dedent("""
    import importlib, inspect, json, sys

    def found(dotted):
        parts = dotted.split(".")
        for count in range(len(parts) - 1, 0, -1):
            try:
                value = importlib.import_module(".".join(parts[:count]))
            except ImportError:
                continue
            owner = None
            for part in parts[count:]:
                owner, value = value, getattr(value, part)
            return value, owner
        raise ImportError(dotted)

    answers = {}
    for dotted in json.load(sys.stdin):
        try:
            value, owner = found(dotted)
            names = list(inspect.signature(value).parameters)
            answers[dotted] = names[1:] if inspect.isclass(owner) and names[:1] == ["self"] else names
        except (TypeError, ValueError):
            answers[dotted] = None
        except (ImportError, AttributeError) as error:
            answers[dotted] = str(error)
    json.dump(answers, sys.stdout)
""")
NEWER = frozenset({"path-314"})  # names of a Python newer than those that the tests run on
PSEUDO = frozenset(
    {"file-object-write", "tarfile-add", "aiofiles-write", "boto3-download"}
)  # methods of what a call gives


def _digest(library: LibraryFile) -> str:
    facts = [[row.verified, row.callables, row.path, row.mode] for row in library.write]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8).hexdigest()


def _recorded() -> dict[str, str]:
    return msgspec.json.decode(RECORD.read_bytes(), type=dict[str, str])


def _changed() -> list[LibraryFile]:
    record = _recorded()
    known = READ_IN_SOURCE | {"python"}
    return [one for one in LIBRARIES if one.name not in known and record.get(one.name) != _digest(one)]


def _asked(library: LibraryFile) -> list[WriteRow]:
    return [row for row in library.write if row.verified and row.id not in NEWER | PSEUDO]


def _probe(python: str, names: list[str]) -> dict[str, list[str] | str | None]:
    done = subprocess.run([python, "-c", PROBE], input=json.dumps(names), capture_output=True, text=True, check=True)
    return msgspec.json.decode(done.stdout, type=dict[str, list[str] | str | None])


def _fits(where: tuple[int | str, ...], names: list[str]) -> bool:
    """Whether one of the names stands at the position, or a parameter takes anything."""
    if "args" in names or "kwargs" in names or not where:
        return True
    named = [name for name in where if isinstance(name, str)]
    position = next((at for at in where if isinstance(at, int)), None)
    if position is None:
        return any(name in names for name in named)
    return position < len(names) and (not named or names[position] in named)


def _judge(library: LibraryFile, python: str) -> None:
    rows = _asked(library)
    answers = _probe(python, [name for row in rows for name in row.callables])
    for row in rows:
        known = [answers[name] for name in row.callables]
        assert not all(isinstance(answer, str) for answer in known), (row.id, known)
        for names in known:
            if isinstance(names, list):
                assert _fits(row.path, names), (row.id, names)
                assert _fits(row.mode, names), (row.id, names)


def test_rows_of_the_standard_library_fit_it() -> None:
    _judge(next(library for library in LIBRARIES if library.name == "python"), sys.executable)


def test_rows_were_checked_since_they_changed() -> None:
    assert not [library.name for library in _changed()], "run `python -m tests.rules.test_installed_writers`"


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("library", _changed(), ids=lambda library: library.name)
def test_rows_fit_the_installed_package(library: LibraryFile, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp(library.name)
    need_package_index(folder)
    if reason := _unchecked(library, folder):
        pytest.skip(reason)


def _unchecked(library: LibraryFile, folder: Path) -> str:
    """Judges the rows in a fresh environment; why that can't be done here, or nothing."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    python = str(folder / "venv" / "bin" / "python")
    wanted = sorted({row.verified for row in library.write if row.verified})
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-compile", *wanted]
    if subprocess.run(pip, capture_output=True, check=False).returncode:
        return f"{', '.join(wanted)} can't be installed here"
    answers = _probe(python, [name for row in _asked(library) for name in row.callables])
    if answers and all(isinstance(answer, str) for answer in answers.values()):
        return f"{', '.join(wanted)} can't be imported here: {next(iter(answers.values()))}"
    _judge(library, python)
    return ""


def main() -> None:
    """Check what changed, say what is wrong or can't be checked, and record the rest."""
    record = _recorded()
    for library in _changed():
        with tempfile.TemporaryDirectory() as folder:
            try:
                reason = _unchecked(library, Path(folder))
            except AssertionError as error:
                reason = f"wrong: {error}"
        if reason:
            print(f"{library.name}: {reason}")
        else:
            record[library.name] = _digest(library)
    kept = {library.name: record[library.name] for library in LIBRARIES if library.name in record}
    RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
