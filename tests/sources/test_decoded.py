"""Our own rules are decoded once for each state of their files."""

import os

import msgspec
import pytest

from statelint.sources.decoded import decoded


class Words(msgspec.Struct, frozen=True):
    words: tuple[str, ...]


class Reader:
    """Reads a file of words, and counts how often."""

    def __init__(self, path):
        self.path = path
        self.times = 0

    def __call__(self):
        self.times += 1
        return Words(tuple(self.path.read_text().split()))

    def get(self):
        return decoded("test-words", [self.path], Words, self).words


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Words in a file; only the user's cache folder may be written."""
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "words.txt").write_text("one two")
    return Reader(tmp_path / "words.txt")


def kept(tmp_path):
    (file,) = (tmp_path / "cache" / "statelint").rglob("*.msgpack")
    return file


def test_second_time_reads_nothing(reader):
    assert reader.get() == reader.get() == ("one", "two")
    assert reader.times == 1


def test_changed_file_is_read_again(reader):
    reader.get()
    reader.path.write_text("three")
    assert reader.get() == ("three",)
    assert reader.get() == ("three",)
    assert reader.times == 2


def test_damaged_form_is_no_form(reader, tmp_path):
    reader.get()
    data = bytearray(kept(tmp_path).read_bytes())
    data[-1] ^= 1
    kept(tmp_path).write_bytes(data)
    assert reader.get() == ("one", "two")
    assert reader.times == 2


def test_place_that_can_not_be_written_is_no_error(reader, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert reader.get() == reader.get() == ("one", "two")
    assert reader.times == 2
