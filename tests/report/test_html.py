"""`--format html`: what the page says, and that text of the analysed program stays text."""

import base64
import hashlib
import itertools
import re
import subprocess
import sys
from collections import Counter

import html5lib
import msgspec
import pytest

from statelint.app.pipeline import check_sources
from tests.report.samples import CLEAN, HOSTILE, PROGRAMS, SHOP, render

EVERY_PROGRAM = pytest.mark.parametrize("files", PROGRAMS.values(), ids=PROGRAMS)
LINK = "href"


def parsed(files, **given):
    """The page as a tree of elements, read by a strict parser."""
    text, report = render("html", files, **given)
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=False)
    tree = parser.parse(text)
    assert not parser.errors
    return tree, report, text


def text_of(node):
    return " ".join("".join(node.itertext()).split())


def of_class(tree, name, tag="*"):
    return [node for node in tree.iter() if name in str(node.get("class", "")).split() and tag in {"*", node.tag}]


def script_and_style(tree):
    return [node for node in tree.iter() if node.tag in {"script", "style"}]


@EVERY_PROGRAM
def test_page_is_valid_and_needs_no_other_file(files):
    tree, _, text = parsed(files)
    assert not [node for node in tree.iter() if node.tag in {"link", "img", "iframe", "object"} or node.get("src")]
    assert not re.search(r"url\(|@import", text)
    assert [node.tag for node in script_and_style(tree)] == ["style", "script"]


@EVERY_PROGRAM
def test_text_of_the_program_is_text(files):
    tree, report, text = parsed(files)
    for node in tree.iter():
        assert not [name for name in node.attrib if str(name).startswith("on")]
        assert str(node.get(LINK, "#")).startswith("#")
    shown = text_of(tree)
    for finding in report.findings:
        assert finding.short in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)


def test_hostile_names_and_routes_are_shown_in_full():
    shown = text_of(parsed(HOSTILE)[0])
    assert "GET /<b>&\"'`|%0A::error::]]>@user#1<!--" in shown
    assert '<img src=x onerror=alert(1)>"' in shown
    assert "<script>alert(1)</script> ]]> -->" in shown
    assert "\\u202e" in shown


@EVERY_PROGRAM
def test_policy_of_the_page_allows_its_own_script_only(files):
    tree, _, text = parsed(files)
    policy = next(node.get("content") for node in tree.iter("meta") if node.get("http-equiv"))
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


@EVERY_PROGRAM
def test_links_lead_somewhere_and_ids_are_unique(files):
    tree, report, _ = parsed(files)
    ids = Counter(node.get("id") for node in tree.iter() if node.get("id"))
    assert not [name for name, count in ids.items() if count > 1]
    links = {node.get(LINK) for node in tree.iter("a")}
    assert {link.removeprefix("#") for link in links} <= set(ids)
    for finding in report.findings:
        assert f"f-{finding.fingerprint}" in ids


@EVERY_PROGRAM
def test_headings_go_down_one_level_at_a_time(files):
    levels = [int(node.tag[1]) for node in parsed(files)[0].iter() if re.fullmatch("h[1-6]", str(node.tag))]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_top_answers_the_question_and_names_what_is_in_the_way():
    tree, _, _ = parsed(SHOP)
    hero = of_class(tree, "hero")[0]
    assert text_of(next(hero.iter("h1"))) == "No, not yet."
    assert "keeps 2 pieces of state of its own" in text_of(hero)
    scenarios = [text_of(node) for node in of_class(tree, "scenario")]
    assert scenarios[0].startswith("Several threads to look at")
    assert scenarios[2].startswith("Several hosts not safe")
    assert "CARTS" in scenarios[2]
    assert [text_of(node) for node in of_class(tree, "bar-count")] == ["2"]


@pytest.mark.parametrize(
    ("files", "headline"),
    [(CLEAN, "Yes."), ({"app.py": "x = 1\n"}, "Nobody can tell."), ({}, "Nobody can tell.")],
    ids=["clean", "no entry point", "nothing"],
)
def test_other_answers(files, headline):
    tree, _, _ = parsed(files)
    assert text_of(next(tree.iter("h1"))) == headline
    assert "nothing of its own" in text_of(of_class(tree, "drawing")[0])


def test_drawing_shows_state_in_each_replica_and_its_home():
    tree, _, _ = parsed(SHOP)
    wide, narrow = tree.iter("{http://www.w3.org/2000/svg}svg")
    for drawing in (wide, narrow):
        replicas = of_class(drawing, "replica")
        assert all("CARTS" in text_of(replica) and "count" in text_of(replica) for replica in replicas)
        homes = [text_of(home) for home in of_class(drawing, "home")]
        assert [home.split(" 1 ")[0] for home in homes] == ["Redis", "Database"]
    assert len(of_class(wide, "replica")) == 3


def test_pins_of_the_load_balancer_are_drawn():
    nginx = "upstream app {\n    ip_hash;\n    server a:8000;\n    server b:8000;\n}\nserver {\n    location / {\n        proxy_pass http://app;\n    }\n}\n"
    tree, report, _ = parsed({**SHOP, "nginx.conf": nginx})
    assert {finding.code for finding in report.findings} >= {"STL701", "STL201"}
    assert "pins each client to one replica" in text_of(of_class(tree, "drawing")[0])
    assert "1 setting of the load balancer hides that" in text_of(of_class(tree, "hero")[0])


def marked(tree, label):
    return [text_of(node) for node in of_class(tree, label, "mark")]


def test_code_shows_where_state_is_kept_written_and_read():
    card = next(node for node in of_class(parsed(SHOP)[0], "finding") if node.get("data-rule") == "STL201")
    assert marked(card, "kept") == ["CARTS"]
    assert marked(card, "write") == ["CARTS[user]"]
    assert marked(card, "read") == ["store.CARTS"]
    lines = {text_of(node) for node in of_class(card, "line")}
    assert "write 5 CARTS[user] = item" in lines
    assert [text_of(step) for path in of_class(card, "path")[:1] for step in path.iter("li")] == [
        "POST /cart/<item> shop/app.py:10", "calls put shop/app.py:11", "writes CARTS shop/store.py:5",
    ]  # fmt: skip


def test_remedy_is_one_for_the_framework_of_the_project():
    flask = next(node for node in of_class(parsed(SHOP)[0], "finding") if node.get("data-rule") == "STL201")
    assert "from flask import" in text_of(of_class(flask, "remedy")[0])
    fastapi = {
        "app.py": "from fastapi import FastAPI\n\napp = FastAPI()\ncarts = {}\n\n\n@app.post('/{user}')\ndef add(user: str):\n"
        "    carts[user] = 1\n    return carts[user]\n"
    }
    assert "from fastapi import" in text_of(of_class(parsed(fastapi)[0], "remedy")[0])


def test_accepted_findings_and_problems_are_listed():
    comment = "CARTS = {}  # statelint: ignore[STL201] one replica for now"
    files = {**SHOP, "shop/store.py": SHOP["shop/store.py"].replace("CARTS = {}", comment), "bad.py": "x = (\n"}
    shown = text_of(parsed(files)[0])
    assert "one replica for now (comment)" in shown
    assert "Problems 1 STL001" in shown


def test_what_is_accepted_without_a_reason_is_still_drawn():
    comment = "CARTS = {}  # statelint: ignore[STL201]"
    files = {**SHOP, "shop/store.py": SHOP["shop/store.py"].replace("CARTS = {}", comment)}
    tree, report, _ = parsed(files)
    assert len(report.findings) == len(report.accepted) == 1
    assert "keeps 2 pieces of state" in text_of(of_class(tree, "hero")[0])
    link = next(
        node for node in of_class(tree, "replica")[0].iter("{http://www.w3.org/2000/svg}a") if text_of(node) == "CARTS"
    )
    assert any(
        node.get("id") == link.get(LINK).removeprefix("#") and "without a reason" in text_of(node)
        for node in tree.iter("li")
    )


def test_many_findings_are_folded_and_few_are_open():
    body = "".join(
        f"holder_{n} = {{}}\n\n@app.get('/{n}')\ndef view_{n}():\n    holder_{n}[1] = 2\n    return str(holder_{n})\n\n\n"
        for n in range(30)
    )
    tree, _, _ = parsed({"app.py": f"import flask\napp = flask.Flask(__name__)\n{body}"})
    findings = [node for node in tree.iter("details") if node.get("class") is None]
    assert len(findings) == 30
    assert not [node for node in findings if node.get("open") is not None]
    drawn = text_of(of_class(tree, "drawing")[0])
    assert "and 12 more" in drawn
    open_ones = [node for node in parsed(SHOP)[0].iter("details") if node.get("open") is not None]
    assert len(open_ones) == 2


def test_two_runs_give_the_same_page():
    report = check_sources(SHOP)
    assert render("html", SHOP, report)[0] == render("html", SHOP, report)[0]


@pytest.mark.parametrize("arguments", ["check", "check --format sarif", "inventory"])
def test_other_formats_import_nothing_of_the_page(project, arguments):
    code = (
        f"import sys\nfrom statelint.cli.main import run\nsys.argv = ['statelint', *{arguments.split()}]\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "assert not [name for name in sys.modules if name.startswith(('jinja2', 'markupsafe', 'statelint.report.page'))]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("files", "headline"), [(SHOP, "2 pieces."), (CLEAN, "Nothing.")], ids=["some", "none"])
def test_since_a_revision_the_page_gives_no_verdict_of_the_service(files, headline):
    report = check_sources(files)
    summary = msgspec.structs.replace(report.summary, since="main (1234567)")
    tree, _, _ = parsed(files, report=msgspec.structs.replace(report, summary=summary))
    assert text_of(next(tree.iter("h1"))) == headline
    assert "since main (1234567)" in text_of(of_class(tree, "question")[0])
    assert not of_class(tree, "scenario")
