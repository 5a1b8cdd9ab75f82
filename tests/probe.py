"""Runs beside an installed library: which of the names on stdin exist, and which arguments they take."""

import importlib
import inspect
import json
import sys
import types
from collections.abc import Callable
from pathlib import Path

INSIDE_A_SERVER = frozenset({"uwsgi"})


class Missing(Exception):
    """A name that is not there."""


class Unknown(Exception):
    """A module that can't be imported here."""


def settle_django(target: Path) -> None:
    """Applications of Django import only with settings, and with themselves among the installed ones."""
    try:
        import django
        from django.conf import settings
    except ImportError:
        return
    own = [path.parent.name for path in target.glob("*/apps.py")]
    settings.configure(
        SECRET_KEY="a key of forty characters for one check",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.admin", *own],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        CACHEOPS_REDIS="redis://localhost:6379/0",
        ROOT_URLCONF="none",
    )
    try:
        django.setup()
    except Exception:
        return


def resolve(dotted: str) -> object:
    """The object behind a dotted name: attributes first, as `import` finds them, then modules."""
    first, *rest = dotted.split(".")
    found, path = imported(first), first
    if found is None and first in INSIDE_A_SERVER:
        raise Unknown(f"{first} exists only inside its server")
    if found is None:
        raise Missing(f"no module {first}")
    for part in rest:
        path = f"{path}.{part}"
        inner = member(found, part)
        if inner is None and isinstance(found, types.ModuleType):
            inner = imported(path)
        if inner is None:
            raise Missing(f"no {path}")
        found = inner
    return found


def imported(name: str) -> object:
    """A module, None where there is none."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            return None
        raise Unknown(f"importing {name} needs {error.name}") from error
    except Exception as error:
        raise Unknown(f"importing {name}: {type(error).__name__}: {str(error)[:120]}") from error


def is_here(dotted: str) -> bool:
    """Whether the library of a name is installed."""
    try:
        return imported(dotted.partition(".")[0]) is not None
    except Unknown:
        return False


def member(found: object, name: str) -> object:
    """An attribute, None where there is none."""
    try:
        return getattr(found, name, None)
    except Exception as error:
        raise Unknown(f"{name}: {type(error).__name__}: {str(error)[:120]}") from error


def parameters(dotted: str) -> list[inspect.Parameter]:
    """What a callable takes, the object itself left out."""
    found = resolve(dotted)
    try:
        taken = list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError) as error:
        raise Unknown("no signature") from error
    owner, _, name = dotted.rpartition(".")
    if inspect.isfunction(found) and taken and inspect.isclass(resolve(owner)):
        if not isinstance(inspect.getattr_static(resolve(owner), name), staticmethod):
            taken = taken[1:]
    return taken


def takes(dotted: str, name: str, position: "int | None") -> bool:
    """Whether the callable takes an argument of this name at this position."""
    taken = parameters(dotted)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in taken):
        return True
    names = [parameter.name for parameter in taken]
    return name in names and (position is None or names.index(name) == position)


def main() -> None:
    """Print what is wrong and what can't be told."""
    target = Path(sys.argv[1])
    sys.path.insert(0, str(target))
    settle_django(target)
    wrong: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for row in json.load(sys.stdin):
        for name in row["names"]:
            note(name, lambda name=name: resolve(name) is not None, wrong, unknown)
        for name in row["values"]:
            if is_here(name):
                note(name, lambda name=name: resolve(name) is not None, wrong, unknown)
        for of, name, position in row["arguments"]:
            asked = [of] if of else row["callables"]
            place = f"{'|'.join(asked)}({name} at {position})"
            note(place, lambda: any(takes(one, name, position) for one in asked), wrong, unknown)  # noqa: B023
    print()
    print(json.dumps({"wrong": wrong, "unknown": unknown}))


def note(what: str, holds: Callable[[], bool], wrong: dict[str, str], unknown: dict[str, str]) -> None:
    """Ask, and write down what is not so."""
    try:
        if not holds():
            wrong[what] = "no such argument"
    except Missing as error:
        wrong[what] = str(error)
    except Unknown as error:
        unknown[what] = str(error)


if __name__ == "__main__":
    main()
