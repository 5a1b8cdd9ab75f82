"""The last report for each way of asking, so that an unchanged project is not analysed again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from statelint import __version__
from statelint.app.loading import Loaded
from statelint.domain.findings import Report
from statelint.environment.distributions import Distributions
from statelint.settings.options import Options, Selection
from statelint.sources.bundled import rules_folder
from statelint.sources.files import make_cache_folder, replace_file
from statelint.sources.seal import sealed, unsealed

OURS = Path(__file__).resolve().parent.parent


class Remembered(msgspec.Struct, frozen=True):
    """A report and the digest of all that it depends on."""

    digest: bytes
    report: Report


class ReportMemory:
    """One file for each way of asking; whatever is wrong with it, the run goes on without it."""

    def __init__(
        self, folder: Path, loaded: Loaded, options: Options, layers: tuple[Selection, ...], wanted: frozenset[str],
        distributions: Distributions,
    ) -> None:  # fmt: skip
        """`folder` is the cache folder; it is made when the first report is written."""
        same = msgspec.structs.replace(options, jobs=0)  # how many processes read files changes nothing
        asked = repr((same, layers, sorted(wanted), loaded.name)).encode(errors="backslashreplace")
        self._path = folder / f"report-{hashlib.blake2b(asked, digest_size=8).hexdigest()}.msgpack"
        self._digest = _digest(asked, loaded, options.rules, distributions)

    def get(self) -> Report | None:
        """The report, if nothing has changed since."""
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            if (data := unsealed(self._path.read_bytes())) is not None:
                known = msgspec.msgpack.decode(data, type=Remembered)
                return known.report if known.digest == self._digest else None
        return None

    def put(self, report: Report) -> None:
        """Remember a report."""
        with contextlib.suppress(OSError, UnicodeError):  # a file name may be no text
            make_cache_folder(self._path.parent)
            replace_file(self._path, sealed(msgspec.msgpack.encode(Remembered(self._digest, report))))


def _digest(asked: bytes, loaded: Loaded, folders: Iterable[str], distributions: Distributions) -> bytes:
    digest = hashlib.blake2b(asked, digest_size=16)
    digest.update(f"{__version__} {sys.version}\n".encode())
    for stamp in stamps((OURS, rules_folder(), *folders_with_questions(map(Path, folders)))):
        digest.update(stamp)
    for one in distributions.all:
        digest.update(f"{one.stamp}\n".encode(errors="backslashreplace"))
    for path, data in sorted(loaded.sources.items()):
        digest.update(f"{path}\0{len(data)}\0".encode(errors="backslashreplace"))
        digest.update(data)
    digest.update(repr((loaded.inner, loaded.inside)).encode(errors="backslashreplace"))
    digest.update(repr(loaded.problems).encode(errors="backslashreplace"))
    if loaded.baseline is not None:
        digest.update(loaded.baseline[1])
    if loaded.has_dates:
        digest.update(loaded.today.encode())
    return digest.digest()


def folders_with_questions(folders: Iterable[Path]) -> Iterator[Path]:
    """Folders of rules, and of the questions that may lie beside each."""
    return (part for folder in folders for part in (folder, folder.parent / "questions"))


def stamps(folders: Iterable[Path]) -> Iterator[bytes]:
    """Size and time of each file of ours and of a project's rules."""
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if name != "__pycache__")
            for name in sorted(names):
                if name.endswith((".py", ".toml")):
                    status = Path(place, name).stat()
                    yield f"{place}/{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="backslashreplace")
