"""What a kustomization changes: patches and counts are joined with the objects that it builds from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from statelint.deployment.folders import folder_from, folder_of, is_below
from statelint.deployment.model import Document, Part
from statelint.deployment.patches import FILES, KUSTOMIZATIONS, LISTS, SCALED, STRATEGIC
from statelint.deployment.paths import compiled, joined, matches_glob

KUBERNETES = "kubernetes"
SOURCES = compiled("{resources,bases,components}[]")
FROM_ROOT = (compiled("spec.path"), compiled("spec.source.path"))
BY_PATH = compiled(f"**.{{{','.join(LISTS)}}}[].path")
STRATEGIC_PATH = compiled(f"{STRATEGIC}[]")
PLAIN = re.compile(r"[\w.*|-]*")  # of what is a regular expression
MOST_FOLDERS = 200


class _Target(msgspec.Struct, frozen=True):
    """The objects that a kustomization builds from, and the kind and name of those that a patch is for."""

    objects: tuple[Part, ...]
    kind: str
    name: str


class Overlays:
    """The kustomizations of a project."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Reads nothing but the parsed documents."""
        self._documents = tuple(documents)
        self._heads = {one.path: head for one in self._documents if (head := _head(one)) is not None}
        self._files: dict[str, list[Document]] = defaultdict(list)
        for one in self._documents:
            if one.format == KUBERNETES:
                self._files[one.path].append(one)
        patched = {path: list(_patch_files(path, head)) for path, head in self._heads.items()}
        self._patches = {file for files in patched.values() for file, _, _ in files}
        self._built = {path: self._objects(path) for path in self._heads}
        self._targets: dict[str, list[_Target]] = defaultdict(list)
        for path, files in patched.items():
            for file, kind, name in files:
                self._targets[file].append(_Target(self._built[path], kind, name))

    def applied(self) -> list[Document]:
        """The documents, with the objects that each patch changes."""
        return [self._with_objects(one) for one in self._documents] if self._heads else list(self._documents)

    def _with_objects(self, document: Document) -> Document:
        targets = self._targets.get(document.path, [])
        head = self._heads.get(document.path)
        if head is not None:
            targets = [_Target(self._built[document.path], "", "")]
        if document.format != KUBERNETES or not targets:
            return document
        parts = [each for one in document.parts for each in ([one] if one is head else _for_targets(one, targets))]
        return msgspec.structs.replace(document, parts=tuple(parts))

    def _objects(self, path: str) -> tuple[Part, ...]:
        """What a kustomization builds from, through others that it names."""
        found: list[Part] = []
        waiting, seen = [path], {path}
        while waiting and len(seen) < MOST_FOLDERS:
            current = waiting.pop()
            for source in self._sources(current):
                for file in self._files_of(source):
                    if file in seen:
                        continue
                    seen.add(file)
                    if file in self._heads:
                        waiting.append(file)
                    elif file not in self._patches:
                        found += [part for one in self._files[file] for part in one.parts]
        return tuple(found)

    def _sources(self, path: str) -> Iterator[str]:
        for one in self._heads[path].settings:
            at = joined(one.path)
            if one.value and SOURCES.fullmatch(at):
                yield from filter(None, [folder_from(path, one.value)])
            elif one.value and any(pattern.fullmatch(at) for pattern in FROM_ROOT):
                yield folder_from("", one.value) or ""

    def _files_of(self, source: str) -> list[str]:
        """A file itself; of a folder its kustomization, else what lies in it."""
        if source in self._files:
            return [source]
        named = [f"{source}/{name}".lstrip("/") for name in FILES]
        own = [one for one in named if one in self._heads]
        return own or [one for one in self._files if folder_of(one) == source or (source and is_below(one, source))]


def _head(document: Document) -> Part | None:
    if document.format != KUBERNETES:
        return None
    return next((one for one in document.parts if one.kind in KUSTOMIZATIONS), None)


def _patch_files(path: str, head: Part) -> Iterator[tuple[str, str, str]]:
    """Files of patches, with the kind and the name of what they are for."""
    values = {one.path: one.value or "" for one in head.settings}
    for keys, value in values.items():
        at = joined(keys)
        if BY_PATH.fullmatch(at) or (STRATEGIC_PATH.fullmatch(at) and "\n" not in value):
            file = folder_from(path, value) if value else None
            if file is not None:
                target = (*keys[:-1], "target")
                yield file, values.get((*target, "kind"), ""), values.get((*target, "name"), "")


def _for_targets(part: Part, targets: Iterable[_Target]) -> Iterator[Part]:
    """A patch for each kind of object that it is for; its own kind counts where a target has none."""
    found: dict[str, list[Part]] = defaultdict(list)
    name = part.name
    for target in targets:
        if part.kind == SCALED:
            found[SCALED] += (one for one in target.objects if one.runs is not None and one.name == name)
            continue
        whole = msgspec.structs.replace(target, kind=target.kind or part.kind, name=target.name or part.name)
        name = whole.name
        chosen = _chosen(whole)
        for one in chosen:
            found[one.kind].append(one)
        if not chosen:
            found.setdefault(whole.kind, [])
    for kind, of in found.items():
        names = {one.name for one in of}
        yield msgspec.structs.replace(part, kind=kind, name=names.pop() if len(names) == 1 else name, of=tuple(of))


def _chosen(target: _Target) -> tuple[Part, ...]:
    return tuple(one for one in target.objects if _fits(one.kind, target.kind) and _fits(one.name, target.name))


def _fits(text: str, pattern: str) -> bool:
    """Whether a name is one that an expression without much syntax is about; all are without one."""
    if not pattern or text == pattern:
        return True
    if not PLAIN.fullmatch(pattern):
        return False
    return matches_glob(text, f"{{{pattern.replace('.*', '*').replace('|', ',')}}}")
