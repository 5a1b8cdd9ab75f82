"""The cache is never in the way, and never believed when it is damaged."""

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from statelint.facts import cache as home
from statelint.facts.cache import SqliteCache, digest_of, encode
from statelint.facts.extract import extract
from tests.conftest import PROJECT

ROOT = Path(__file__).parents[2]
SOURCES = [f"x{number} = {{}}\ndef f():\n    x{number}[1] = {number}\n".encode() for number in range(50)]
FACTS = {digest_of(source): extract(source) for source in SOURCES}
ENCODED = {digest: encode(facts) for digest, facts in FACTS.items()}


def filled(folder):
    cache = SqliteCache(folder)
    cache.put(ENCODED)
    return cache


def file_of(folder):
    return next(path for path in folder.iterdir() if path.suffix == ".sqlite")


def test_what_was_put_comes_back(tmp_path):
    assert filled(tmp_path / "c").get(FACTS) == FACTS
    assert SqliteCache(tmp_path / "c").get([*FACTS, b"x" * 16]) == FACTS
    assert SqliteCache(tmp_path / "none").get(FACTS) == {}


@pytest.mark.parametrize("seed", range(30))
def test_damage_loses_records_and_never_changes_one(tmp_path, seed):
    filled(tmp_path)
    chance = random.Random(seed)
    file = file_of(tmp_path)
    data = bytearray(file.read_bytes())
    match seed % 3:
        case 0:
            for _ in range(20):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case 1:
            del data[chance.randrange(len(data)) :]
        case 2:
            data[:200] = chance.randbytes(200)
    file.write_bytes(data)
    found = SqliteCache(tmp_path).get(FACTS)
    assert all(FACTS[digest] == facts for digest, facts in found.items())
    SqliteCache(tmp_path).put(ENCODED)
    SqliteCache(tmp_path).put(ENCODED)
    assert all(FACTS[digest] == facts for digest, facts in SqliteCache(tmp_path).get(FACTS).items())


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at" * 40, b"", b"SQLite format 3\x00"]
)
def test_file_that_is_no_database_is_replaced(tmp_path, content):
    filled(tmp_path)
    file_of(tmp_path).write_bytes(content)
    assert SqliteCache(tmp_path).get(FACTS) == {}
    assert filled(tmp_path).get(FACTS) == FACTS


def test_records_that_decode_to_something_else_are_left_out(tmp_path):
    filled(tmp_path)
    with sqlite3.connect(file_of(tmp_path)) as connection:
        connection.execute("update facts set facts = ?", (b"\x00\x00\x00\x00\x93\x01\x02\x03",))
    assert SqliteCache(tmp_path).get(FACTS) == {}
    with sqlite3.connect(file_of(tmp_path)) as connection:
        connection.execute("update facts set facts = 'text'")
    assert SqliteCache(tmp_path).get(FACTS) == {}


def test_other_version_of_facts_or_of_python_starts_anew(tmp_path, monkeypatch):
    filled(tmp_path)
    before = digest_of(b"x = 1")
    monkeypatch.setattr(home, "SALT", b"9 3.99")
    assert digest_of(b"x = 1") != before
    monkeypatch.setattr(home, "FACTS_VERSION", 10**6)
    assert SqliteCache(tmp_path).get(FACTS) == {}


def test_busy_cache_is_left_alone(tmp_path, monkeypatch):
    cache = filled(tmp_path)
    monkeypatch.setattr(home, "PATIENCE", 0.05)
    with sqlite3.connect(file_of(tmp_path), isolation_level=None) as other:
        other.execute("begin exclusive")
        other.execute("delete from facts")
        cache.put({b"y" * 16: b"data"})
        assert file_of(tmp_path).exists()
        other.execute("rollback")
    assert SqliteCache(tmp_path).get(FACTS) == FACTS


def test_folder_that_cannot_be_made_is_no_matter(tmp_path):
    (tmp_path / "file").write_text("")
    cache = SqliteCache(tmp_path / "file" / "cache")
    cache.put(ENCODED)
    assert cache.get(FACTS) == {}


def test_cache_that_has_grown_too_large_is_begun_anew(tmp_path, monkeypatch):
    cache = filled(tmp_path)
    monkeypatch.setattr(home, "LARGEST_CACHE", 10)
    cache.put({digest: ENCODED[digest] for digest in list(ENCODED)[:1]})
    assert len(cache.get(FACTS)) == 1


def run(project, *arguments, more=(), **options):
    command = [sys.executable, "-m", "statelint", "check", "--format", "concise", *arguments]
    return subprocess.Popen(
        command, cwd=project, env={**os.environ, "PYTHONPATH": str(ROOT), **dict(more)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, **options,
    )  # fmt: skip


def test_runs_at_the_same_time_do_not_disturb_each_other(project):
    for number in range(20):
        (project / f"app{number}.py").write_text(f"# {number}\n{PROJECT}")
    runs = [run(project) for _ in range(4)]
    outputs = {one.communicate() for one in runs}
    assert {one.returncode for one in runs} == {1}
    assert len(outputs) == 1
    assert run(project).communicate() in outputs


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
def test_full_disk_is_no_matter(project):
    import resource

    for number in range(20):
        (project / f"app{number}.py").write_text(f"# {number}\n{PROJECT}")
    limited = run(
        project,
        more={"PYTHONDONTWRITEBYTECODE": "1"},  # Python itself leaves half of a module's where there is no more room
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    out, err = limited.communicate()
    assert (limited.returncode, err) == (1, "")
    assert out == run(project).communicate()[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions of this kind")
def test_folder_that_is_read_only_is_no_matter(project):
    before = run(project).communicate()
    for path in (project / ".statelint_cache").iterdir():
        path.chmod(0o400)
    (project / ".statelint_cache").chmod(0o500)
    (project / "app.py").write_text(PROJECT + "\n")
    assert run(project).communicate() == before
    (project / ".statelint_cache").chmod(0o700)


def test_damaged_models_are_read_again(project, statelint):
    before = statelint("check", "--format", "concise")
    models = next(path for path in (project / ".statelint_cache").iterdir() if path.suffix == ".msgpack")
    data = bytearray(models.read_bytes())
    for at in range(0, len(data), len(data) // 8):
        damaged = data.copy()
        damaged[at] ^= 0xFF
        models.write_bytes(damaged)
        assert statelint("check", "--format", "concise") == before
