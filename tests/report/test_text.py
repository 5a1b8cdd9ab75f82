"""The report for people."""

import itertools

import pytest

from statelint.app.pipeline import check_sources
from statelint.report.context import RenderContext
from statelint.report.registry import format_names, format_of
from statelint.report.style import cells, first_cells, last_cells, visible
from statelint.sources.read import lines_of
from tests.conftest import PROJECT


def rendered(source, width=100, colored=False, parts=(), name="text"):
    report = check_sources({"app.py": source}, wanted=frozenset({"cleared"}))
    context = RenderContext(
        version="0", root=".", width=width, colored=colored, lines_of=lambda _: lines_of(source), display=str,
        parts=frozenset(parts),
    )  # fmt: skip
    return format_of(name).render(report, context)


def underlined(text):
    """The piece of the source line above each row of carets."""
    lines = text.splitlines()
    found = []
    for above, below in itertools.pairwise(lines):
        if "^" in below:
            skipped = first_cells(above, below.index("^"))
            found.append(first_cells(above[len(skipped) :], below.count("^")))
    return found


def test_finding_shows_place_source_paths_reason_and_remedy():
    source = PROJECT.replace('hits["x"] = 1\n    return str(hits)', "count()\n    return str(hits['x'])")
    source += '\n\ndef count():\n    hits["x"] = 1\n'
    assert (
        rendered(source).rpartition("\n\n")[0]
        == """\
app.py:4:1: STL101 breaks: `hits` is written by `GET /` but lives in one process
      |
    4 | hits = {}
      | ^^^^
   written GET /  app.py:8
             -> calls count  app.py:9
               -> writes hits  app.py:14
   read    GET /  app.py:8
             -> reads hits  app.py:10
   why     Another replica never sees what `app.count` writes to `hits`, and a restart loses it.
   instead Keep it in a store that every replica shares (Redis, a database), or derive it again from
           the request."""
    )


@pytest.mark.parametrize(
    "line",
    ["hits = {}", "größe = 'äöü'; hits = {}", "s = '日本語'; hits = {}", "if 1:\n\ts = 1;\thits = {}", "s = 'é'; hits = {}",
     "\x0chits = {}", "s = '\u200b\u202e'; hits = {}"],
)  # fmt: skip
def test_underline_stands_below_the_holder(line):
    assert underlined(rendered(PROJECT.replace("hits = {}", line, 1))) == ["hits"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize(
    "line",
    ["hits = {}  # " + "x" * 300, "s = '" + "x" * 300 + "'; hits = {}", "s = '" + "語" * 150 + "'; hits = {}",
     "s = '" + "語" * 150 + "'; hits = {}; t = '" + "語" * 150 + "'"],
)  # fmt: skip
def test_source_line_fits_the_width_and_keeps_the_holder_in_sight(width, line):
    text = rendered(PROJECT.replace("hits = {}", line, 1), width)
    assert underlined(text) == ["hits"]
    shown = text.splitlines()[1:4]
    assert all(cells(one) <= max(40, width) for one in shown)


@pytest.mark.parametrize("width", [20, 50, 100])
def test_paths_and_paragraphs_fit_the_width(width):
    route = '@app.get("/' + "/".join(["part"] * 4) + '")'
    text = rendered(PROJECT.replace('@app.get("/")', route), width)
    body = text.partition("written")[2].rpartition("\n\n")[0].splitlines()[1:]
    assert all(cells(line) <= max(40, width) for line in body)


def test_control_characters_of_analysed_code_are_written_out():
    source = PROJECT.replace('"/"', '"/\x1b[31m\u202e"').replace(
        "hits = {}", "hits = {}  # \x1b]0;title\x07 \u2028 \x85 end", 1
    )
    for name in ("text", "concise"):
        text = rendered(source, name=name)
        assert all(visible(line) == line for line in text.split("\n"))
    assert "\\x1b]0;title\\x07 \\u2028 \\x85" in rendered(source)


def test_colour_adds_nothing_but_colour():
    import re

    plain, colored = rendered(PROJECT), rendered(PROJECT, colored=True)
    assert "\x1b[" in colored
    seconds = re.compile(r"[\d.]+ s\b")
    assert seconds.sub("", re.sub(r"\x1b\[\d+m", "", colored)) == seconds.sub("", plain)


def test_last_line_counts_and_times():
    import re

    assert re.search(r"\nFound 1 finding \(1 breaks\) in 1 file, 1 entry point, \d+\.\d\d s\.\n$", rendered(PROJECT))
    assert re.match(r"No state found .* \(1 file, 0 entry points, \d+\.\d\d s\)\.\n$", rendered("x = 1\n"))
    assert re.search(r"\nFound 1 problem in 1 file, .* s\.\n$", rendered("x = 1  # noqa: STL101\n"))
    assert re.search(r", 1 suppressed\)\.\n$", rendered(PROJECT.replace("hits = {}", "hits = {}  # noqa", 1)))


def test_cleared_look_alikes_are_listed_on_request():
    source = PROJECT.replace('hits["x"] = 1', "pass") + "hits['y'] = 2\n"
    line = "  app.py:4:1: app.hits: filled while modules are imported or the application starts"
    assert line in rendered(source, parts=["cleared"]).splitlines()
    assert "app.hits" not in rendered(source)


@pytest.mark.parametrize("name", format_names())
def test_every_format_renders_every_report(name):
    for source in (PROJECT, "", "def", "x = 1  # noqa: STL101\n"):
        for parts in ([], ["cleared", "statistics", "timings", "quiet"]):
            text = rendered(source, parts=parts, name=name)
            assert text == "" or text.endswith("\n")


def test_cells_are_columns_of_a_terminal():
    assert cells("aé語e\u0301") == 5
    assert (first_cells("a語b", 2), last_cells("a語b", 2)) == ("a", "b")
    assert (first_cells("ab", 5), last_cells("ab", 5), first_cells("ab", 0)) == ("ab", "ab", "")
