"""Rows of `rules/affinity`: settings of load balancers and platforms, and what their values mean."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from statelint.deployment.paths import keys_of
from statelint.domain.words import Consequence
from statelint.sources.bundled import rules_folder
from statelint.sources.decoded import decode_toml, decoded

PYTHON = "python"  # the format of code that describes a deployment
WRITTEN = "written"  # before entries that code writes: how, and under which key
KEY_OF_ENTRY = 2
Need = Literal["web", "written", "copies", "single", "state"]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Another setting of the same object: `beside` in the same mapping, `inside` below it, or `where` from the top.

    It holds where that setting has one of `values`, any value without them, or with `absent` none of them. With `named`
    it is about an object of one of these kinds, whose name is the value of the setting that the row speaks of.
    """

    beside: str = ""
    inside: str = ""
    where: str = ""
    named: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    absent: bool = False


class SettingFix(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a fix makes of a setting: it goes, has another value, or one of which parts are replaced.

    `also` are paths of settings of the same object that go with it, `add` a line that a block of HCL gets.
    """

    message: str
    value: str | None = None
    replace: dict[str, str] = {}
    add: str = ""
    also: tuple[str, ...] = ()


class AffinityRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One setting. `pins` and `harmless` are patterns of its value: `*` every value but off, `{}` a mapping or list.

    `needs` say what the project around it must have: `web`, the object runs code that serves requests; `written`, that
    code writes into the mounted folder while serving; `state`, it keeps state; `copies` and `single`, more than one
    copy of the object is asked for, or none but one.
    """

    id: str
    rule: Annotated[str, msgspec.Meta(pattern=r"^STL\d{3}$")]
    where: tuple[str, ...]
    pins: tuple[str, ...]
    file: str  # the name that the examples have
    example: str  # with `expect: STL###` in a comment on the line of the finding
    silent: str
    default: str
    source: str
    verified: bool
    formats: tuple[str, ...] = ()  # any without
    objects: tuple[str, ...] = ()  # kinds of object; any without
    words: tuple[str, ...] = ()  # of which a file with the setting holds one, where its path has none of its own
    needs: tuple[Need, ...] = ()
    files: dict[str, str] = {}  # that stand beside both examples
    harmless: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()  # all of them hold
    once: bool = False  # one finding for an object, at the first of its settings
    platforms: tuple[str, ...] = ()  # formats, of one of which the project has a file; any project without
    literal: bool = False  # silent where an input decides
    weak: bool = False  # likely rather than sure
    quiet: bool = False  # on without being asked for: information rather than a warning
    fallback: bool = False  # only where no other row speaks of the setting
    consequence: Consequence | None = None
    why: str = ""
    instead: str = ""
    note: str = ""
    fix: SettingFix | None = None


class CopiesRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One setting that gives a number of copies; `says` is a sentence about `{count}` of them, or about `several`."""

    id: str
    where: tuple[str, ...]
    says: str
    source: str
    file: str
    example: str  # with `copies: 3` in a comment on the line
    files: dict[str, str] = {}  # that stand beside it
    formats: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    of: str = ""  # path of the name of the object that it scales, where that is another
    several: tuple[str, ...] = ()  # patterns of what computes a number above one
    one_host: bool = False  # copies share a disk


class WithoutRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A product that has no setting which pins clients; what it has instead is silent in `silent`."""

    id: str
    why: str
    source: str
    file: str
    silent: str


class AffinityFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One product: `rules/affinity/<product>.toml`. Names and ports are of systems that keep data on purpose.

    `servers` are programs that serve a web application, `others` those that run its code and serve nobody, `processes`
    names of what a platform sends requests to; `words` make a file worth reading that says what runs where, though it
    has no setting of a row.
    """

    product: str
    setting: tuple[AffinityRow, ...] = ()
    copies: tuple[CopiesRow, ...] = ()
    without: tuple[WithoutRow, ...] = ()
    names: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    servers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()  # words of which every file of the product holds one


class AffinityBundle(msgspec.Struct, frozen=True):
    """Every file of a folder."""

    files: tuple[AffinityFile, ...]


class PythonObjects(msgspec.Struct, frozen=True):
    """What rows of format `python` are about: calls, files, keys of entries that code writes, words of such files."""

    names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def load_affinity(extra: Iterable[Path] = ()) -> tuple[AffinityFile, ...]:
    """Our files and those of a project's folders."""
    ours = _files((rules_folder(),))
    own = decoded("affinity", ours, AffinityBundle, lambda: _read(ours))
    return (*own.files, *_read(_files(extra)).files)


def objects_in_python(extra: Iterable[Path] = ()) -> PythonObjects:
    """What of Python code rows speak of; remembered apart, since most programs have none of it."""
    ours = _files((rules_folder(),))
    own = decoded("affinity-python", ours, PythonObjects, lambda: _in_python(_read(ours)))
    added = _in_python(_read(_files(extra)))
    return PythonObjects((*own.names, *added.names), (*own.keys, *added.keys), (*own.words, *added.words))


def _in_python(bundle: AffinityBundle) -> PythonObjects:
    rows: list[AffinityRow | CopiesRow] = []
    for file in bundle.files:
        rows += [*file.setting, *file.copies]
    of_code = [row for row in rows if PYTHON in row.formats]
    written = [(row.words, keys) for row in of_code for where in row.where if (keys := keys_of(where))[0] == WRITTEN]
    return PythonObjects(
        tuple(dict.fromkeys(name for row in of_code for name in row.objects)),
        tuple(dict.fromkeys(keys[KEY_OF_ENTRY] for _, keys in written)),
        tuple(
            dict.fromkeys(word for words, keys in written for word in words or keys[KEY_OF_ENTRY : KEY_OF_ENTRY + 1])
        ),
    )


def _files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / "affinity").glob("*.toml"))]


def _read(files: Iterable[Path]) -> AffinityBundle:
    return AffinityBundle(tuple(decode_toml(path, AffinityFile) for path in files))
