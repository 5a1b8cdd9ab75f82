"""Cuts: what is parsed for a line, that it comes back byte for byte, and that no text makes it raise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import statelint
from statelint.domain.errors import CatalogueError
from statelint.syntax.batch import Asker, Question, Verdict, answers, question_kinds
from statelint.syntax.open import open_segment
from statelint.syntax.statements import Statements

DOC = '''\
import os

@decorated(
    1,
)
class A(
    Base,
):
    """def not_here():
    pass
    """

    items = {
        "a": 1,
    }

    @property
    def one(self):
        text = """
def fake():
"""
        return text

    async def two(
        self,
    ) -> int:
        if x:
            y = 1
        elif z: y = 2
        else:
            def inner(): return 3
        return \\
            y

if os:
    X = 1
else:
    X = (2,
3)
'''


def statement_range(text, line):
    return Statements(lambda _: text, Asker(lambda _: text)).around("", line)


def numbered(code: str) -> list[str]:
    return code.split("\n")


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(numbered(DOC), 1) if text in line)


@pytest.mark.parametrize(
    ("inside", "first", "last"),
    [
        ("import os", "import os", "import os"),
        ("    1,", "@decorated", "):"),
        ("    Base,", "@decorated", "):"),
        ("    pass", '"""def not_here', '    """'),
        ('"a": 1', "items = {", "    }"),
        ("@property", "@property", "return text"),
        ("def fake", "@property", "return text"),
        ("        self,", "async def two", "            y"),
        ("def inner", "def inner", "return 3"),
        ("X = (2", "if os:", "3)"),
    ],
)
def test_segment_is_the_innermost_function_or_statement(inside, first, last):
    segment = open_segment(DOC, line_of(inside))
    code = segment.code
    assert code in DOC
    assert first in code.split("\n")[0]
    assert code.rstrip("\n").endswith(last)


@pytest.mark.parametrize(
    ("inside", "first", "last"),
    [
        ("import os", "import os", "import os"),
        ("class A(", "@decorated", "):"),
        ('"a": 1', "items = {", "    }"),
        ("@property", "@property", "def one"),
        ("def one", "@property", "def one"),
        ("def fake", 'text = """', "def fake"),
        ("        self,", "async def two", ") -> int"),
        ("elif z", "elif z", "elif z"),
        ("return \\", "return \\", "            y"),
        ("X = (2", "X = (2", "3)"),
    ],
)
def test_statement_range(inside, first, last):
    start, end = statement_range(DOC, line_of(inside))
    lines = numbered(DOC)
    assert first in lines[start - 1]
    assert last in "\n".join(lines[start - 1 : end + 1])
    assert start <= line_of(inside) <= end


VARIANTS = {
    "as is": lambda code: code,
    "CRLF": lambda code: code.replace("\n", "\r\n"),
    "bare CR": lambda code: code.replace("\n", "\r"),
    "tabs": lambda code: code.replace("    ", "\t"),
    "form feed on its own line": lambda code: code.replace("\n\n", "\n\x0c\n"),
    "form feed before a margin": lambda code: code.replace("    async", "\x0c    async").replace("if os", "\x0cif os"),
    "BOM": lambda code: f"\ufeff{code}",
    "no last newline": lambda code: code.rstrip("\n"),
    "unicode": lambda code: code.replace("text", "tëxt_Ω").replace("fake", "fåke"),
    "odd line separators in strings": lambda code: code.replace("def fake", "\x0b\x1c\x85\u2028def fake"),
    "one-column indentation": lambda code: code.replace("    ", " "),
}


LOST_BY_LIBCST = {"bare CR", "form feed before a margin"}


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - LOST_BY_LIBCST))
def test_unedited_code_comes_back_byte_for_byte(name):
    code = VARIANTS[name](DOC)
    for line in range(1, len(numbered(DOC)) + 1):
        segment = open_segment(code, line)
        assert segment.code in code
        assert segment.is_faithful


@pytest.mark.parametrize("name", sorted(LOST_BY_LIBCST))
def test_segment_tells_what_libcst_loses(name):
    segments = [open_segment(VARIANTS[name](DOC), line) for line in range(1, len(numbered(DOC)) + 1)]
    assert not all(segment.is_faithful for segment in segments)


@pytest.mark.parametrize("change", VARIANTS.values(), ids=VARIANTS)
def test_ranges_do_not_depend_on_how_the_text_is_stored(change):
    found = [statement_range(change(DOC), line) for line in range(1, 39)]
    assert found == [statement_range(DOC, line) for line in range(1, 39)]


def test_own_sources_come_back_byte_for_byte():
    for path in Path(statelint.__file__).parent.joinpath("syntax").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        for line in range(1, code.count("\n") + 2, 17):
            segment = open_segment(code, line)
            assert segment.is_faithful


def test_text_whose_strings_mislead_the_layout_is_opened_whole():
    code = 'a = f"{d["k ("]}"\n\ndef f():\n    if X is None:\n        X = g(\n            1)\n'
    question = Question("guarded_write", 5, 9, "X")
    assert answers(code, [question])[question].verdict is Verdict.CONFIRMED
    assert statement_range(code, 6) == (5, 6)


HOSTILE = {
    "newer syntax": "def f():\n    X = lazy import y\n",
    "no Python": "%%% ((( \n",
    "unclosed bracket": "x = (\n",
    "unclosed string": "x = '''\n",
    "empty": "",
    "comment": "# nothing\n",
    "null": "x = 1\0\n",
    "surrogate": "x = '\udc80'\n",
    "parentheses": f"x = {'(' * 5000}{')' * 5000}\n",
    "parentheses in an f-string": f"x = f'{{{'(' * 5000}1{')' * 5000}}}'\n",
    "brackets in a function": f"def f():\n    x = {'[' * 3000}{']' * 3000}\n",
    "lambdas": f"x = {'lambda: ' * 5000}1\n",
    "minus": f"x = {'-' * 1500}1\n",
    "attributes": f"x{'.a' * 1500} = 1\n",
    "blocks": "".join(f"{' ' * n}if x:\n" for n in range(300)) + " " * 300 + "x = 1\n",
    "elif": "if x: pass\n" + "elif x: pass\n" * 3000,
    "inconsistent margin": "def f():\n        x = 1\n    y = 2\n",
    "lone else": "else:\n    x = 1\n",
    "lone decorator": "@x\n",
}
KINDS = (
    "guarded_write", "awaited_work", "reset_before_use", "guarded_block", "only_if_missing", "outside_loops", "runs_anyway",
    "needs_true", "same_run", "statement_lines", "waiting_loop", "conditions_around", "first_run", "first_word",
    "argument_place", "branches", "turned_away", "refuses",
)  # fmt: skip


@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_gives_an_answer(code):
    asked = [Question(kind, line, column, "x") for kind in KINDS for line in (0, 1, 2, 9) for column in (0, 1, 99)]
    assert set(answers(code, asked)) == set(asked)
    assert statement_range(code, 1)[0] >= 1


@pytest.mark.parametrize("name", ["newer syntax", "no Python", "parentheses", "lambdas", "null", "surrogate"])
def test_what_libcst_cannot_read_is_unknown(name):
    question = Question("guarded_write", HOSTILE[name].count("\n"), 0, "X")
    assert answers(HOSTILE[name], [question])[question].verdict is Verdict.UNKNOWN


def test_newer_syntax_elsewhere_does_no_harm():
    code = "lazy import lazy import y\ndef f():\n    if X is None:\n        X = 1\n"
    question = Question("guarded_write", 4, 9, "X")
    assert answers(code, [question])[question].verdict is Verdict.CONFIRMED


def test_unknown_kind_names_the_nearest():
    with pytest.raises(CatalogueError, match="guarded_write"):
        answers("x = 1\n", [Question("guarded_writ", 1)])


def test_every_question_module_has_its_kind():
    assert set(question_kinds()) == set(KINDS)


def test_libcst_stays_away_without_questions():
    program = (
        "import sys\n"
        "from statelint.suppression import inline\n"
        "from statelint.syntax import batch, layout, open, question, statements\n"
        "assert batch.answers('x = 1', []) == {}\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] == 'libcst']\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(statelint.__file__).parents[1])
