"""Formats for other programs: each is read back by a parser that is not ours."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import junitparser
import msgspec
import pytest
from markdown_it import MarkdownIt

from statelint.app.pipeline import check_sources
from statelint.report.registry import format_names
from tests.report.samples import PROGRAMS, SHOP, render

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
EVERY_PROGRAM = pytest.mark.parametrize("files", PROGRAMS.values(), ids=PROGRAMS)


def everything(report):
    return [*report.findings, *report.problems]


@EVERY_PROGRAM
def test_sarif_keeps_to_the_official_schema_and_holds_every_result(files):
    text, report = render("sarif", files)
    log = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    assert [
        (result["ruleId"], unquote(place["artifactLocation"]["uri"]), place["region"]["startLine"])
        for result in run["results"]
        for place in [result["locations"][0]["physicalLocation"]]
    ] == [(one.code, one.place.path, one.place.line) for one in everything(report)]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_shows_the_witness_as_code_flows():
    text, report = render("sarif", SHOP)
    for result, finding in zip(json.loads(text)["runs"][0]["results"], report.findings, strict=True):
        flows = [flow["threadFlows"][0]["locations"] for flow in result["codeFlows"]]
        assert [[step["location"]["message"]["text"] for step in steps] for steps in flows] == [
            [step.note for step in steps] for steps in (finding.witness, finding.reader) if steps
        ]
        lines = [place["physicalLocation"]["region"]["startLine"] for place in result["relatedLocations"]]
        assert lines == [access.place.line for access in (*finding.writes, *finding.reads)]


def test_sarif_fingerprints_outlive_moved_lines():
    moved = {path: f"# a comment\n\n{text}" for path, text in SHOP.items()}

    def prints(files):
        return [result["partialFingerprints"] for result in json.loads(render("sarif", files)[0])["runs"][0]["results"]]

    assert prints(SHOP) == prints(moved)
    assert len({json.dumps(one) for one in prints(SHOP)}) == 2


def test_sarif_ends_a_region_where_the_code_ends():
    text, _ = render("sarif", SHOP)
    regions = [
        (place["artifactLocation"]["uri"], place["region"])
        for result in json.loads(text)["runs"][0]["results"]
        for place in [result["locations"][0]["physicalLocation"]]
    ]
    pieces = {
        SHOP[path].splitlines()[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
        for path, region in regions
    }
    assert pieces == {"CARTS", "count"}


def unescaped(text):
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


@EVERY_PROGRAM
def test_github_gets_one_command_a_line(files):
    text, report = render("github", files)
    commands = [re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line) for line in text.splitlines()]
    assert len(commands) == len(everything(report))
    for command, one in zip(commands, everything(report), strict=True):
        properties = dict(pair.split("=", 1) for pair in command[2].split(","))
        assert unescaped(properties["file"]) == one.place.path
        assert int(properties["line"]) == one.place.line
        assert "\x1b" not in text
        assert unescaped(command[3]).startswith(f"{one.place.path}:{one.place.line}:{one.place.column}: {one.code} ")


@EVERY_PROGRAM
def test_gitlab_gets_the_keys_it_asks_for(files):
    text, report = render("gitlab", files)
    issues = json.loads(text)
    assert [
        (issue["check_name"], issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in issues
    ] == [(one.code, one.place.path, one.place.line) for one in everything(report)]
    assert {issue["severity"] for issue in issues} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    assert all(issue["description"] for issue in issues)


@EVERY_PROGRAM
def test_junit_is_read_by_junitparser(files):
    text, report = render("junit", files)
    suites = junitparser.JUnitXml.fromstring(text.encode())
    cases = [case for suite in suites for case in suite]
    failed = [case for case in cases if any(isinstance(one, junitparser.Failure) for one in case.result)]
    assert len(failed) == suites.failures == len(everything(report))
    assert len(cases) == suites.tests == max(1, len(failed))
    assert sorted(case.name[:6] for case in failed) == sorted(one.code for one in everything(report))


@EVERY_PROGRAM
def test_markdown_shows_text_of_the_program_as_text(files):
    text, report = render("markdown", files)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert set(re.findall(r"<(?!!--)/?(\w+)", html)) <= {"details", "summary", "b", "code", "p", "ol", "li"}
    assert html.count("<summary>") == len(everything(report))
    assert html.count("<!--") == html.count("<!-- -->")
    assert not re.search(r"@\w|(?<!&)#\w", html)
    for finding in report.findings:
        assert f"<b>{finding.code}</b>" in html
    inline = [token.content for token in tokens if token.type == "inline"]
    assert len(inline) == 1 + 3 * bool(report.findings) + 3 * len({one.consequence for one in report.findings})


def test_markdown_fits_into_a_comment():
    body = "".join(
        f"holder_{n} = {{}}\n\n@app.get('/{n}')\ndef view_{n}():\n    holder_{n}[1] = 2\n    return str(holder_{n})\n\n\n"
        for n in range(150)
    )
    text, report = render("markdown", {"app.py": f"import flask\napp = flask.Flask(__name__)\n{body}"})
    assert len(report.findings) == 150
    assert len(text) < 65_536
    shown = text.count("<summary>")
    assert text.endswith(f"... and {150 - shown} more.\n")


@pytest.mark.parametrize("name", format_names())
def test_every_format_names_every_finding(name):
    text, report = render(name, SHOP)
    assert report.findings
    for finding in report.findings:
        assert finding.code in text


def test_several_formats_in_one_run(project, statelint):
    done = statelint("check", "--format", "concise", "--format", "sarif=out.sarif", "--format", "junit=out.xml")
    assert done.out.startswith("app.py:4:1: STL101 ")
    assert json.loads((project / "out.sarif").read_text())["runs"][0]["results"][0]["ruleId"] == "STL101"
    assert junitparser.JUnitXml.fromfile(str(project / "out.xml")).failures == 1
    again = statelint("check", "--format", "concise", "--format", "sarif=other.sarif", "-o", "out.txt")
    assert (again.code, again.out) == (1, "")
    assert (project / "out.txt").read_text() == done.out
    assert (project / "other.sarif").read_text() == (project / "out.sarif").read_text()


@pytest.mark.parametrize(
    "formats", [("json", "sarif"), ("json=x", "sarif=x"), ("json=x", "text", "concise")], ids=" ".join
)
def test_two_reports_do_not_share_one_place(project, statelint, formats):
    done = statelint("check", *(part for name in formats for part in ("--format", name)))
    assert (done.code, done.out) == (2, "")
    assert "NAME=FILE" in done.err
    assert not (project / "x").exists()


def test_sarif_shows_accepted_findings_as_suppressed_with_their_reason():
    comment = "CARTS = {}  # statelint: ignore[STL201] until=2999-01-31 one replica for now"
    files = {**SHOP, "shop/store.py": SHOP["shop/store.py"].replace("CARTS = {}", comment)}
    text, report = render("sarif", files)
    log = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    assert len(report.findings) == len(report.accepted) == 1
    open_one, accepted = log["runs"][0]["results"]
    assert "suppressions" not in open_one
    (suppression,) = accepted["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert suppression["justification"] == "one replica for now, until 2999-01-31"
    assert accepted["codeFlows"]
    assert accepted["ruleId"] == "STL201"


def test_sarif_holds_fixes_that_can_be_applied():
    code = "import secrets\n\nimport flask\n\napp = flask.Flask(__name__)\napp.secret_key = secrets.token_hex()\n\n\n"
    files = {"app.py": code + "@app.get('/')\ndef index():\n    flask.session['x'] = 1\n    return 'ok'\n"}
    text, report = render("sarif", files)
    log = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (result,) = log["runs"][0]["results"]
    (fix,) = result["fixes"]
    assert fix["description"]["text"].startswith(report.findings[0].fix.message)
    replaced = [one for change in fix["artifactChanges"] for one in change["replacements"]]
    assert [one["insertedContent"]["text"] for one in replaced] == [
        edit.content for edit in report.findings[0].fix.edits
    ]
    lines = files["app.py"].splitlines()
    last = replaced[-1]["deletedRegion"]
    assert "secrets" in lines[last["startLine"] - 1][last["startColumn"] - 1 : last["endColumn"] - 1]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("shop", "### statelint: 2 pieces of state new since `main`"),
        ("clean", "### statelint: no new state since `main`"),
    ],
)
def test_markdown_tells_what_is_new_since_a_revision(name, heading):
    report = check_sources(PROGRAMS[name])
    summary = msgspec.structs.replace(report.summary, since="main")
    text, _ = render("markdown", PROGRAMS[name], msgspec.structs.replace(report, summary=summary))
    assert text.splitlines()[0] == heading
