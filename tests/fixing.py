"""A program before and after its fixes, and what has to hold of them."""

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping

from statelint.app.fixing import Fixed, Fixing
from statelint.app.pipeline import check_sources
from statelint.domain.findings import Edit, Finding, Report
from statelint.domain.words import Applicability
from statelint.sources.read import decode

ALL = frozenset(Applicability)


def fixed(
    sources: Mapping[str, str | bytes], wanted: frozenset[Applicability] = ALL
) -> tuple[dict[str, bytes], Fixed, Report]:
    """The sources after all rounds, what was done, and what is found then."""
    fixing = Fixing({path: text.encode() if isinstance(text, str) else text for path, text in sources.items()}, wanted)
    while True:
        report = check_sources(fixing.sources)
        if not fixing.apply(report.findings):
            return fixing.sources, fixing.fixed, report


def assert_well_fixed(sources: Mapping[str, str | bytes]) -> tuple[list[Finding], dict[str, bytes]]:
    """What has a fix is gone after it, nothing new is found, files parse, comments are there, and it is stable."""
    before = check_sources(sources)
    offered = [finding for finding in before.findings if finding.fix is not None]
    after, done, report = fixed(sources)
    again, second, _ = fixed(after)
    assert (again, second.changes) == (after, ()), "a second run changes something"
    left = [finding for finding in report.findings if finding.fix is not None]
    assert not left, f"still there: {left}"
    assert {problem.code for problem in report.problems} <= {problem.code for problem in before.problems}
    assert not _kinds(report) - _kinds(before), "a fix makes a finding"
    assert len(report.findings) <= len(before.findings) - len(offered)
    for change in done.changes:
        if change.path.endswith(".py"):
            ast.parse(change.after)
            replaced = [edit for one in offered for edit in one.fix.edits if edit.place.path == change.path]
            missing = Counter(_comments(change.before, replaced)) - Counter(_comments(change.after))
            assert not missing, f"comments are lost: {missing}"
        assert (b"\r\n" in change.before) == (b"\r\n" in change.after)
        assert change.after.count(b"\r\n") == change.after.count(b"\n") or b"\r\n" not in change.before
        assert change.before[:3] != b"\xef\xbb\xbf" or change.after[:3] == b"\xef\xbb\xbf"
    return offered, after


def _kinds(report: Report) -> Counter[str]:
    return Counter(finding.code for finding in report.findings)


def _comments(data: bytes, replaced: Iterable[Edit] = ()) -> list[str]:
    """Comments, but for those inside of what is replaced."""
    lines = io.StringIO(decode(data)).readline
    tokens = [token for token in tokenize.generate_tokens(lines) if token.type == tokenize.COMMENT]
    inside = [(edit.place.line, edit.place.end_line) for edit in replaced]
    return [token.string for token in tokens if not any(first <= token.start[0] < last for first, last in inside)]
