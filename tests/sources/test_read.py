"""Text and columns as Python and editors see them."""

import ast

import pytest

from statelint.domain.findings import Place
from statelint.sources.read import LARGEST_FILE, Texts, decode, read


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        ("# coding: latin-1\nx = 'ä'\n".encode("latin-1"), "# coding: latin-1\nx = 'ä'\n"),
        ("\n# vim: set fileencoding=cp1251 :\nx = 'ж'\n".encode("cp1251"), "\n# vim: set fileencoding=cp1251 :\nx = 'ж'\n"),
        ("# coding: shift_jis\nx = '表'\n".encode("shift_jis"), "# coding: shift_jis\nx = '表'\n"),
        (b"#coding:utf-7\rx = '+AOQ-'\n", "#coding:utf-7\rx = 'ä'\n"),
        (b"x = '\xff'\n", "x = '�'\n"),
        (b"# coding: rot13\nx = 1\n", "# coding: rot13\nx = 1\n"),
        (b"# coding: no-such-thing\nx = '\xc3\xa4'\n", "# coding: no-such-thing\nx = 'ä'\n"),
        (b"\xff\xfex\x00", "��x\x00"),
    ],
)  # fmt: skip
def test_bytes_become_the_text_that_python_sees(data, text):
    assert decode(data) == text


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(separator):
    source = separator.join(["a = 1", "\x0c", "b = '\x1c\x85\u2028\x0b'", "c = 3"])
    lines = Texts({"m.py": source.encode()}).lines("m.py")
    for statement in ast.parse(source).body:
        assert lines[statement.lineno - 1].startswith(statement.targets[0].id)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_columns_become_characters(encoding):
    source = "# coding: latin-1\ns = 'äöü'; t = 1\n" if encoding == "latin-1" else "\ns = 'äöü'; t = 1\n"
    data = source.encode(encoding)
    target = ast.parse(data).body[1].targets[0]
    place = Place("m.py", 2, target.col_offset + 1, 2, target.end_col_offset + 1)
    assert Texts({"m.py": data}).in_characters(place) == Place("m.py", 2, 12, 2, 13)


def test_place_outside_the_text_is_left_alone():
    place = Place("m.py", 99, 7, 99, 9)
    assert Texts({"m.py": "ä".encode()}).in_characters(place) == place
    assert Texts({}).lines("other.py") == [""]


def test_file_that_cannot_be_read_gives_a_reason(tmp_path):
    assert read(tmp_path / "none.py") == "can't be read: No such file or directory"
    large = tmp_path / "large.py"
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert "larger than" in read(large)
