"""Does a statement run whenever its function ends well, and not only to mend a failure?"""

from __future__ import annotations

import libcst as cst

from statelint.syntax.question import QuestionKind
from statelint.syntax.surroundings import outside_of

HANDLERS = (cst.ExceptHandler, cst.ExceptStarHandler)

QUESTION = QuestionKind(
    "runs_anyway", outside_of(HANDLERS, outside="after every success", inside="only after an exception")
)
