"""Every `write` row, used in a handler in each way that matters: the table that the analysis works from."""

from collections.abc import Iterator

import pytest

from statelint.app.pipeline import check_sources
from statelint.models.rows import FileEffect, LibraryFile, WriteForm, WriteRow, WritesWhen
from tests.libraries import BUNDLE
from tests.markers import places_found, places_marked

LIBRARIES = [library for library in BUNDLE.libraries if library.write]
LEAVES_A_FILE = {
    FileEffect.WRITE, FileEffect.APPEND, FileEffect.CREATE, FileEffect.COPY, FileEffect.RENAME, FileEffect.LINK,
    FileEffect.TRUNCATE,
}  # fmt: skip
WRITING_MODE = {WritesWhen.MODE: '"w"', WritesWhen.FLAGS: "os.O_CREAT", WritesWhen.TRUE: "True"}
READING_MODE = {WritesWhen.MODE: '"r"', WritesWhen.FLAGS: "os.O_RDONLY", WritesWhen.TRUE: "False"}
HEAD = "import io\nimport os\n\nimport flask\n\napp = flask.Flask(__name__)\ndata = object()\n"


def _imported(name: str) -> tuple[str, str]:
    """The import of a dotted name, and how to write it then."""
    module, _, member = name.rpartition(".")
    return ("", member) if module == "builtins" else (f"from {module} import {member} as used", "used")


def _call(row: WriteRow, name: str, path: str | None, mode: str | None) -> tuple[str, str]:
    """The import that a call needs, and the call."""
    owner, _, method = name.rpartition(".")
    needed, target = _imported(owner if row.form is WriteForm.METHOD else name)
    given = {where[0]: value for where, value in ((row.path, path), (row.mode, mode)) if where and value is not None}
    places = [where for where in given if isinstance(where, int)]
    arguments = [given.get(at, "data") for at in range(max(places) + 1)] if places else []
    arguments += [f"{where}={value}" for where, value in given.items() if isinstance(where, str)]
    if row.form is WriteForm.METHOD:
        receiver = path if not row.path and path is not None else ""
        target = f"{target}({receiver}).{method}"
    return needed, f"{target}({', '.join(arguments)})"


def _uses(row: WriteRow) -> Iterator[tuple[str, str, bool]]:
    """Import, call, and whether it leaves a file behind."""
    name = row.callables[0]
    writing, reading = WRITING_MODE.get(row.when), READING_MODE.get(row.when)
    is_left = row.effect in LEAVES_A_FILE
    yield *_call(row, name, '"/srv/place/name"', writing), is_left
    if reading is not None:
        yield *_call(row, name, '"/srv/place/name"', reading), False
    if row.when is WritesWhen.PATH:
        yield *_call(row, name, None, writing), False
    if row.accepts_file and row.path:
        yield *_call(row, name, "io.BytesIO()", writing), False
    for scheme in row.remote:
        yield *_call(row, name, f'"{scheme}bucket/name"', writing), False


def _is_by_path(row: WriteRow) -> bool:
    """Whether a path alone shows what the row means; handles, uploads and locks have fixtures of their own."""
    by_receiver = row.form is WriteForm.METHOD and not row.path
    return not (row.descriptor or row.upload or row.effect is FileEffect.LOCK or (by_receiver and row.accepts_file))


def _program(row: WriteRow, needed: str, call: str, *, is_left: bool) -> str:
    mark = "  # expect: STL401" if is_left else ""
    return f'{HEAD}\n\n@app.post("/")\ndef handle():\n    {needed or "pass"}\n\n    {call}{mark}\n    return "ok"\n'


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_library_writes_where_its_rows_say(library: LibraryFile) -> None:
    files = {
        f"{row.id.replace('-', '_')}_{at}.py": _program(row, needed, call, is_left=is_left)
        for row in library.write
        if _is_by_path(row)
        for at, (needed, call, is_left) in enumerate(_uses(row))
    }
    found = {place for place in places_found(check_sources(files)) if place[2] == "STL401"}
    assert found == places_marked(files)  # what a back end keeps has rows, and tests, of its own


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_a_row_says_what_its_condition_needs(library: LibraryFile) -> None:
    for row in library.write:
        assert bool(row.mode) == (row.when in {*WRITING_MODE, WritesWhen.DATABASE_FLAG}), row.id
        assert row.path or row.form is WriteForm.METHOD or row.effect in {FileEffect.SCRATCH, FileEffect.MEMORY}, row.id
