"""The first word of the text that a call gets."""

import pytest

from statelint.syntax.batch import Question, Verdict, answers

CODE = '''\
cursor.execute("""
    SELECT name
    FROM shop
""")
cursor.execute("UPDATE shop " "SET open = 1")
cursor.execute(f"DELETE FROM {table}")
session.execute(text("""INSERT
    INTO shop"""))
cursor.execute("WITH x AS (%s)" % inner)
cursor.execute(statement)
QUERY = """
    SELECT name
"""
name: str = "REPLACE INTO shop"
other: str
'''


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (1, "SELECT"),
        (5, "UPDATE"),
        (6, "DELETE"),
        (7, "INSERT"),
        (9, "WITH"),
        (10, None),
        (11, "SELECT"),
        (14, "REPLACE"),
        (15, None),
    ],
)
def test_first_word(line, word):
    question = Question("first_word", line, 1)
    answer = answers(CODE, [question])[question]
    assert (answer.note if answer.verdict is Verdict.CONFIRMED else None) == word
