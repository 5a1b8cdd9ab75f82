"""Where an argument stands below its call."""

import pytest

from statelint.syntax.batch import Question, answers


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("f(\n    a=1,\n    on=True,\n)\n", "on", (3, 5)),
        ("f(on, g(on=2))\n", "on", (1, 9)),
        ("def h():\n    f('é', {\n        'on': 1,\n    })\n", "on", (3, 9)),
        ("f('on', [1, on])\n", "on", None),
        ("f(1)\ng(on=1)\n", "on", None),
    ],
)
def test_first_keyword_or_key_of_the_name(code, name, expected):
    line = 2 if code.startswith("def") else 1
    column = 5 if code.startswith("def") else 1
    question = Question("argument_place", line, column, name)
    assert answers(code, [question])[question].numbers == expected
