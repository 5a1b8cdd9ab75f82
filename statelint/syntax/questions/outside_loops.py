"""Does a statement run at most once in each call of its function?"""

from __future__ import annotations

import libcst as cst

from statelint.syntax.question import QuestionKind
from statelint.syntax.surroundings import outside_of

LOOPS = (cst.While, cst.For)

QUESTION = QuestionKind("outside_loops", outside_of(LOOPS, outside="once in each call", inside="in a loop"))
