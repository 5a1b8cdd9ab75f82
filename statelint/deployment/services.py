"""Which code an object of a deployment file runs, or sends requests to, and in how many copies."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from statelint.deployment.commands import COMMAND
from statelint.deployment.folders import folder_of, is_below
from statelint.deployment.judge import Judge
from statelint.deployment.lookup import Conditions, Known, Rows, known_settings
from statelint.deployment.model import Document, Part, Setting
from statelint.deployment.paths import compiled, joined, matches_glob
from statelint.deployment.rows import AffinityFile, CopiesRow
from statelint.domain.findings import Asked

MOST_VISITS = 100  # of objects from a route over services to what runs
MOST_LEVELS = 3  # of folders that an image may be named for
MODULE = re.compile(r"^(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::[\w.()]+)?$")
SCRIPT = re.compile(r"^[\w-]+\.py$")
COMPUTED = re.compile(r"^[x:/.@-]*$|\$|\{\{")
TAG = re.compile(r"[:@].*$")

Folders = frozenset[str]
EVERYTHING: Folders = frozenset({""})


class Services:
    """What the deployment files say together; `program` are the paths of the code, `names` those of
    projects, with their folders."""

    def __init__(
        self,
        documents: Iterable[Document],
        rows: Iterable[AffinityFile],
        program: Iterable[str],
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Nothing is looked up before it is asked for."""
        self._documents = tuple(documents)
        files = tuple(rows)
        self._program = tuple(program)
        self._names = {_plain(name): folder for name, folder in names.items()}
        self._judge = Judge(files)
        self._servers = frozenset(name for file in files for name in file.servers)
        self._others = frozenset(name for file in files for name in file.others)
        self._processes = frozenset(name for file in files for name in file.processes)
        self._copies = Rows(row for file in files for row in file.copies)
        self._conditions = Conditions(self._documents)
        self._code: dict[int, Folders | None] = {}

    # --- which code

    def code_of(self, part: Part) -> Folders | None:
        """Folders of the code that an object runs or sends requests to; None where nobody can tell."""
        found: set[str] = set()
        for one in self._running(part):
            folders = self._own_code(one)
            if folders is None:
                return None
            found |= folders
        return frozenset(found) or None

    def is_web(self, part: Part) -> bool:
        """Whether an object runs code of this project that serves requests."""
        if any(self.is_web(one) for one in part.of):
            return True
        if part.runs is None or self._judge.keeps_data(part):
            return False
        words = {one.path[-1].lower() for one in part.settings if one.path[0] == COMMAND and len(one.path) > 2}  # noqa: PLR2004
        if not self._servers.isdisjoint(words):
            return True
        if not self._others.isdisjoint(words) or not self._program:
            return False
        if part.kind == "process" and part.name not in self._processes:
            return False
        return self._own_code(part) is not None or self._has_computed_image(part)

    def _has_computed_image(self, part: Part) -> bool:
        """A template names the image: where nothing else here is known to run the code, this does."""
        images = part.runs.images if part.runs is not None else ()
        return bool(images) and all(COMPUTED.search(one) for one in images)

    def _running(self, part: Part) -> Iterator[Part]:
        """Objects that run something, at the end of what an object sends requests to."""
        waiting, followed = deque(part.of or [part]), set[str]()
        for _ in range(MOST_VISITS):
            if not waiting:
                return
            one = waiting.popleft()
            if one.runs is not None:
                yield one
                continue
            if one.selects:
                yield from (workload for workload in self._workloads if one.selects <= _labels(workload))
            for name in one.links:
                if name not in followed:
                    followed.add(name)
                    waiting.extend(self._conditions.named(name)[:MOST_VISITS])

    @cached_property
    def _workloads(self) -> tuple[Part, ...]:
        return tuple(part for document in self._documents for part in document.parts if part.runs is not None)

    def _own_code(self, part: Part) -> Folders | None:
        if id(part) not in self._code:
            self._code[id(part)] = self._find_code(part)
        return self._code[id(part)]

    def _find_code(self, part: Part) -> Folders | None:
        runs = part.runs
        if runs is None or not self._program:
            return None
        if runs.folder is not None:
            return self._built_from(runs.folder, runs.dockerfile)
        return self._by_command(part) or self._by_image(runs.images)

    def _built_from(self, folder: str, dockerfile: str) -> Folders | None:
        """A folder that holds code; a Dockerfile without code beside it is built from some folder above."""
        own = folder_of(dockerfile)
        if dockerfile and own != folder and self._has_code(own):
            return frozenset({own})
        while not self._has_code(folder):
            if not dockerfile or not folder:
                return None
            folder = folder_of(folder)
        return frozenset({folder})

    def _has_code(self, folder: str) -> bool:
        return any(is_below(path, folder) for path in self._program)

    def _by_command(self, part: Part) -> Folders | None:
        """`gunicorn shop.wsgi:app` runs what is below the folder of `shop`."""
        found: set[str] = set()
        for one in part.settings:
            if one.path[0] == COMMAND and (tail := _file_of(one.path[-1])):
                found.update(
                    path.removesuffix(tail).rstrip("/")
                    for path in self._files.get(tail.rpartition("/")[2], ())
                    if path == tail or path.endswith(f"/{tail}")
                )
        return frozenset(found) if len(found) == 1 else None

    @cached_property
    def _files(self) -> dict[str, list[str]]:
        """Paths of the code by their last part."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self._program:
            found[path.rpartition("/")[2]].append(path)
        return found

    def _by_image(self, images: Iterable[str]) -> Folders | None:
        for image in images:
            if COMPUTED.search(image):
                continue
            built = {
                one.runs.folder
                for one in self._workloads
                if one.runs is not None and one.runs.folder is not None and image in one.runs.images
            }
            if len(built) == 1:
                return self._built_from(built.pop(), "")
            name = _plain(TAG.sub("", image.rpartition("/")[2]))
            if (folder := self._folders.get(name)) is not None:
                return frozenset({folder})
            if name in self._names:
                return frozenset({self._names[name]})
        return None

    @cached_property
    def _folders(self) -> dict[str, str]:
        """Folders near the root that hold code, by their last name; of two, the outer one. `app.py` is the root's."""
        found = {_plain(path.removesuffix(".py")): "" for path in self._program if "/" not in path}
        folders = {"/".join(path.split("/")[:depth]) for path in self._program for depth in range(1, MOST_LEVELS + 1)}
        for folder in sorted(folders, key=lambda one: (one.count("/"), one)):
            if not folder.endswith(".py"):
                found.setdefault(_plain(folder.rpartition("/")[2]), folder)
        return found

    # --- how many

    def copies_of(self, part: Part) -> list[Asked]:
        """What asks for more than one copy of an object."""
        return [found for one in (part, *part.of) for found in self._found_copies.get(id(one), ())]

    @cached_property
    def copies(self) -> tuple[Asked, ...]:
        """What asks for more than one copy of code of this project that serves requests."""
        found = {
            one: None
            for document in self._documents
            for part in document.parts
            if self.is_web(part)
            for one in self._found_copies.get(id(part), ())
        }
        return tuple(sorted(found))

    @cached_property
    def _found_copies(self) -> dict[int, list[Asked]]:
        found: dict[int, list[Asked]] = {}
        for document in self._documents:
            alike: dict[int, list[Part]] = defaultdict(list)
            for part in document.parts:
                alike[_workload(part)].append(part)
            for part, row, setting, count in self._rows_that_ask(document):
                says = row.says.format(count=count or "several")
                scaled = self._named_by(row, part) if row.of else part.of or alike[_workload(part)]
                for one in scaled:
                    folders = self._own_code(one) or EVERYTHING
                    found.setdefault(id(one), []).append(Asked(setting.place, count, says, row.one_host, folders))
        return found

    def _rows_that_ask(self, document: Document) -> Iterator[tuple[Part, CopiesRow, Setting, int]]:
        for part in document.parts:
            known: Known = {}
            for setting in part.settings:
                for row in self._copies.of(document.format, part, setting):
                    known = known or known_settings(part)
                    count = _count(row, setting)
                    if count is not None and self._conditions.hold(row.when, setting, known):
                        yield part, row, setting, count

    def _named_by(self, row: CopiesRow, part: Part) -> list[Part]:
        """What runs under the names that an object gives."""
        pattern = compiled(row.of)
        names = [one.value for one in part.settings if one.value and pattern.fullmatch(joined(one.path))]
        return [one for name in names for one in self._conditions.named(name) if one.runs is not None]


def _count(row: CopiesRow, setting: Setting) -> int | None:
    """How many; 0 where a number above one is computed, and None where it is one or unknown."""
    value = (setting.value or "").strip("\"' ")
    if value.isdecimal():
        return int(value) if int(value) > 1 else None
    computed = setting.decided_by or value
    return 0 if computed and any(matches_glob(computed, one) for one in row.several) else None


def _workload(part: Part) -> int:
    """The same for objects that run the same."""
    return id(part if part.runs is None else part.runs)


def _labels(part: Part) -> frozenset[str]:
    return part.runs.labels if part.runs is not None else frozenset()


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _file_of(word: str) -> str:
    """`shop/wsgi.py` of `shop.wsgi:app`, `manage.py` of itself; empty for a word that names no code."""
    if SCRIPT.match(word):
        return word
    match = MODULE.match(word)
    if match is None or (":" not in word and "." not in word):
        return ""
    return f"{match['module'].replace('.', '/')}.py"
