"""Our rows, read once. The `[[backend]]` rows of `rules/libraries/`: their programs as files, and what was checked against the libraries."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from statelint.models.load import read_bundle
from statelint.models.rows import BackendRow, Clause, LibraryFile
from statelint.sources.bundled import rules_folder

BUNDLE = read_bundle(rules_folder())
PACKAGES = {framework.name: framework.package for framework in BUNDLE.frameworks}
LIBRARIES = tuple(library for library in BUNDLE.libraries if library.backend)
ROWS = tuple((library, row) for library in LIBRARIES for row in library.backend)
RECORD = Path(__file__).parent / "rules" / "checked.json"
FILE_NAME = re.compile(r"^# ([\w/]+\.(?:py|ini))\n", re.M)


def files_of(code: str) -> dict[str, str]:
    """The files of a program: a line `# settings.py` begins a file, and what has no such line is `app.py`."""
    first, *rest = FILE_NAME.split(code)
    files = {"app.py": first} if first.strip() else {}
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        files[name] = f"# {name}\n{text}"
    return files


def clauses_of(row: BackendRow) -> tuple[Clause, ...]:
    """Every clause of a row."""
    return row.only_when + row.local_when + row.external_when


def names_of(row: BackendRow) -> Iterator[str]:
    """Dotted names that must exist where the library is installed."""
    yield from row.callables
    yield from row.alternatives
    yield from (clause.of for clause in clauses_of(row) if clause.of)


def values_of(row: BackendRow) -> Iterator[str]:
    """Dotted names that arguments are compared with."""
    for clause in clauses_of(row):
        yield from (name.removesuffix("()") for name in (*clause.call, *clause.instance_of))


def digest_of(library: LibraryFile) -> str:
    """Changes with any fact that can be checked against the installed library."""
    facts = [
        [row.verified, row.packages, sorted(names_of(row)), sorted(values_of(row)), sorted(_arguments_of(row))]
        for row in library.backend
    ]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8).hexdigest()


def _arguments_of(row: BackendRow) -> Iterator[str]:
    for clause in clauses_of(row):
        if clause.arg:
            yield f"{clause.of} {clause.arg} {clause.position}"


def checked() -> dict[str, dict[str, object]]:
    """What the record says of each library file, by its name."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}


def unchecked() -> list[LibraryFile]:
    """Library files whose facts changed since they were last checked."""
    record = checked()
    return [library for library in LIBRARIES if record.get(library.name, {}).get("digest") != digest_of(library)]
