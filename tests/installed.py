"""Checks the rows of libraries against the installed libraries, and keeps a record of what was checked.

`python -m tests.installed [NAME]...` checks the named files of `rules/libraries/`, or all that changed, and writes
`tests/rules/checked.json`. Libraries are imported here, in a process of their own: they are no analysed code.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from statelint.models.rows import BackendRow, LibraryFile
from tests.libraries import LIBRARIES, RECORD, checked, clauses_of, digest_of, names_of, unchecked, values_of

PROBE = Path(__file__).with_name("probe.py")
STANDARD = "cpython=="
TOOK_TOO_LONG = 600
FEW = 2
BESIDE = {  # what the named parts import beyond what their library requires
    "agno": ("greenlet",),
    "aiocache": ("aiomcache",),
    "aiogram": ("motor", "pymongo"),
    "aiohttp-session": ("cryptography", "pynacl"),
    "aiojobs": ("aiohttp",),
    "apscheduler": ("gevent", "tornado"),
    "authlib": ("django", "flask", "httpx", "itsdangerous", "requests", "starlette"),
    "django-constance": ("django",),
    "django-ratelimit": ("django",),
    "django-storages": ("azure-storage-blob", "boto3", "google-cloud-storage"),
    "fastapi-cache2": ("aiobotocore", "aiomcache", "jinja2"),
    "fastapi-utilities": ("typing-inspect",),
    "fastapi-utils": ("typing-inspect",),
    "flask-kvsession-fork": ("sqlalchemy",),
}


def check(library: LibraryFile, folder: Path) -> dict[str, object]:
    """The record of one file: its digest, the releases, what is wrong and what could not be checked."""
    groups: dict[str, list[BackendRow]] = defaultdict(list)
    for row in library.backend:
        groups[row.verified].append(row)
    wrong: dict[str, str] = {}
    unknown: dict[str, str] = {}
    releases: set[str] = set()
    for number, (verified, rows) in enumerate(groups.items()):
        releases.update(verified.split())
        target = folder / library.name / str(number)
        if refusal := _install(verified, [*BESIDE.get(library.name, ()), *_packages(rows)], target):
            unknown[verified or library.package] = refusal
            continue
        found = _probe(rows, target)
        wrong.update(found["wrong"])
        unknown.update(found["unknown"])
    return {
        "digest": digest_of(library),
        "releases": sorted(releases),
        **({"wrong": dict(sorted(wrong.items()))} if wrong else {}),
        **({"unchecked": dict(sorted(unknown.items()))} if unknown else {}),
    }


def _packages(rows: Iterable[BackendRow]) -> list[str]:
    return sorted({package for row in rows for package in row.packages})


def _install(verified: str, more: Iterable[str], target: Path) -> str:
    """Why the releases can't be installed; nothing if they are there."""
    wanted = [*(release for release in verified.split() if not release.startswith(STANDARD)), *more]
    if not wanted or target.is_dir():
        return ""
    command = [sys.executable, "-m", "pip", "install", "-qq", "--prefer-binary", "--no-compile", "--target", target]
    done = subprocess.run(
        [*map(str, command), *wanted], capture_output=True, text=True, check=False, timeout=TOOK_TOO_LONG
    )
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return " ".join(errors[-1:])[:200] if done.returncode else ""


def _probe(rows: Iterable[BackendRow], target: Path) -> dict[str, dict[str, str]]:
    facts = [
        {
            "callables": row.callables,
            "names": sorted(set(names_of(row))),
            "values": sorted(set(values_of(row))),
            "arguments": [[clause.of, clause.arg, clause.position] for clause in clauses_of(row) if clause.arg],
        }
        for row in rows
    ]
    done = subprocess.run(
        [sys.executable, str(PROBE), str(target)], input=json.dumps(facts), capture_output=True, text=True,
        check=False, timeout=TOOK_TOO_LONG, cwd=target if target.is_dir() else None,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        return {"wrong": {}, "unknown": {str(target.parent.name): done.stderr.strip()[-200:]}}
    return json.loads(lines[-1])


def check_all(libraries: Iterable[LibraryFile], folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """The records of several files, a few at a time."""
    libraries = tuple(libraries)
    with ThreadPoolExecutor(FEW) as pool:
        for library, record in zip(libraries, pool.map(lambda library: check(library, folder), libraries), strict=True):
            yield library.name, record


def main() -> None:
    """Check, say what is wrong, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--folder", type=Path, help="keep what is installed here")
    options = parser.parse_args()
    wanted = [library for library in LIBRARIES if library.name in options.names] if options.names else unchecked()
    record = checked()
    with tempfile.TemporaryDirectory() as scratch:
        for name, found in check_all(wanted, options.folder or Path(scratch)):
            for kind in ("wrong", "unchecked"):
                for what, reason in found.get(kind, {}).items():
                    print(f"{name}: {kind}: {what}: {reason}")
            if "wrong" not in found:
                record[name] = found
    known = {library.name for library in LIBRARIES}
    kept = {name: found for name, found in sorted(record.items()) if name in known}
    RECORD.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
