"""`statelint inventory`: holders, where they belong, and the verdict for each scenario."""

import csv
import io
import json

import pytest

from statelint.app.pipeline import check_sources
from statelint.catalogue.load import load_rules
from statelint.report import inventories
from statelint.report.registry import format_names, format_of
from statelint.report.verdicts import verdicts, with_replicas
from tests.report.samples import HOSTILE, PROGRAMS, RULES, SHOP, context_for

FLASK = "import flask\napp = flask.Flask(__name__)\n"
STATES = {
    "nothing": ("@app.get('/')\ndef index():\n    return 'ok'\n", "yes yes yes yes"),
    "a dict by user": (
        "carts = {}\n@app.post('/<user>')\ndef add(user):\n    carts[user] = 1\n@app.get('/<user>')\ndef show(user):\n    return str(carts[user])\n",
        "yes no no no",
    ),
    "a counter": (
        "n = 0\n@app.get('/')\ndef index():\n    global n\n    n += 1\n    return str(n)\n", "look no no no",
    ),
    "a database file": (
        "import sqlite3\n@app.post('/')\ndef add():\n    db = sqlite3.connect('shop.db')\n    db.execute('insert into t values (1)')\n    return 'ok'\n",
        "yes look no no",
    ),
    "an upload": (
        "@app.post('/')\ndef add():\n    flask.request.files['f'].save('uploads/' + flask.request.form['name'])\n    return 'ok'\n"
        "@app.get('/<name>')\ndef get(name):\n    return open('uploads/' + name).read()\n",
        "yes yes no no",
    ),
    "a thread that sends mail": (
        "import smtplib\nimport threading\ndef send(to):\n    smtplib.SMTP('mail').sendmail('a', to, 'hi')\n"
        "@app.post('/<to>')\ndef add(to):\n    threading.Thread(target=send, args=(to,)).start()\n    return 'ok'\n",
        "yes yes yes no",
    ),
    "a secret drawn at the start": ("import secrets\napp.secret_key = secrets.token_hex()\n@app.get('/')\ndef index():\n    flask.session['x'] = 1\n    return 'ok'\n", "yes no no no"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "answers"), STATES.values(), ids=STATES)
def test_verdicts_follow_from_what_is_kept(code, answers):
    report = check_sources({"app.py": FLASK + code})
    assert len(report.findings) == (answers != "yes yes yes yes")
    found = verdicts(report, RULES)
    assert " ".join(verdict.answer.value for verdict in found) == answers
    for verdict in found:
        assert bool(verdict.against) == (verdict.answer.value == "no")


def test_the_answer_for_replicas_is_the_worse_of_several_hosts_and_a_restart():
    def answer(name):
        return with_replicas(verdicts(check_sources({"app.py": FLASK + STATES[name][0]}), RULES)).value

    assert answer("nothing") == "yes"
    assert answer("a thread that sends mail") == "no"


def test_a_stale_cache_is_something_to_look_at_not_a_no():
    code = (
        "import requests\ncache = {}\n@app.get('/<n>')\ndef index(n):\n    if n not in cache:\n"
        "        cache[n] = requests.get(n).text\n    return cache[n]\n"
    )
    found = verdicts(check_sources({"app.py": FLASK + code}), RULES)
    assert [verdict.answer.value for verdict in found] == ["look", "look", "look", "yes"]


def test_without_an_entry_point_nobody_can_tell():
    report = check_sources({"app.py": "x = {}\ndef f():\n    x[1] = 2\n"})
    assert {verdict.answer.value for verdict in verdicts(report, RULES)} == {"unknown"}


def test_settings_for_development_decide_nothing():
    code = FLASK + "app.config.from_object('settings.Development')\n"
    settings = "class Development:\n    SQLALCHEMY_DATABASE_URI = 'sqlite:///dev.db'\n"
    use = (
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy(app)\n@app.get('/')\ndef index():\n    return 'ok'\n"
    )
    report = check_sources({"app.py": code + use, "settings.py": settings})
    assert [finding.severity.value for finding in report.findings] == ["info"]
    assert {verdict.answer.value for verdict in verdicts(report, RULES)} == {"yes"}


def test_every_rule_says_where_its_state_belongs():
    homes = {rule.id: rule.home.value for rule in load_rules()}
    assert {homes[code] for code in ("STL101", "STL201", "STL402", "STL404", "STL501")} == {
        "shared-store", "redis", "object-storage", "log-stream", "scheduler",
    }  # fmt: skip
    assert all(homes[code] == "nowhere" for code in homes if code.startswith("STL7"))


@pytest.mark.parametrize("files", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("name", format_names(inventories))
def test_every_form_lists_every_holder(name, files):
    report = check_sources(files)
    text = format_of(name, inventories).render(report, context_for(files))
    for finding in report.findings:
        assert finding.symbol in (text if name != "csv" else text.replace('""', '"')).replace('\\"', '"')
    assert "\x1b" not in text


def test_json_holds_writers_readers_and_the_home():
    data = json.loads(format_of("json", inventories).render(check_sources(SHOP), context_for(SHOP)))
    assert data["replicas"] == "no"
    cart = next(item for item in data["state"] if item["symbol"] == "shop.store.CARTS")
    assert [(one["function"], one["path"], one["line"]) for one in cart["writers"]] == [
        ("shop.store.put", "shop/store.py", 5)
    ]
    assert [one["function"] for one in cart["readers"]] == ["shop.app.add"]
    assert (cart["kind"], cart["lifetime"], cart["consequence"], cart["home"]) == (
        "module-global",
        "process",
        "breaks",
        "redis",
    )
    assert cart["unsafe_with"] == ["workers", "hosts", "restart"]
    assert {one["symbol"] for one in data["verdicts"][2]["against"]} == {"shop.store.CARTS", "shop.app.count"}


@pytest.mark.parametrize("files", PROGRAMS.values(), ids=PROGRAMS)
def test_csv_is_read_by_the_standard_library(files):
    report = check_sources(files)
    text = format_of("csv", inventories).render(report, context_for(files))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["code"], row["state"], int(row["line"])) for row in rows] == [
        (finding.code, finding.symbol, finding.place.line) for finding in report.findings
    ]


def test_csv_holds_no_formula():
    files = {'=cmd("x").py': HOSTILE["app/we ird,%#&<\"'>/größe.py"].replace('"/<b>', '"=cmd()<b>')}
    text = format_of("csv", inventories).render(check_sources(files), context_for(files))
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("=cmd" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_command_prints_and_writes(project, statelint):
    done = statelint("inventory")
    assert done.code == 0
    assert "app.hits  STL101  app.py:4" in done.out
    assert "Several replicas can't serve today." in done.out
    assert statelint("inventory", "--format", "csv=state.csv", "--format", "json=state.json").out == ""
    assert json.loads((project / "state.json").read_text())["state"][0]["symbol"] == "app.hits"
    assert (project / "state.csv").read_text().startswith("code,state,")
    refused = statelint("inventory", "--format", "sarif")
    assert refused.code == 2
    assert "csv, json, text" in refused.err


@pytest.mark.parametrize(("reason", "replicas"), [("kept by the edge as well", "yes"), ("", "no")])
def test_accepted_state_is_listed_and_decides_nothing_where_a_reason_is_given(reason, replicas):
    comment = f"CARTS = {{}}  # statelint: ignore[STL201] {reason}"
    files = {"shop/__init__.py": "", "shop/store.py": SHOP["shop/store.py"].replace("CARTS = {}", comment)}
    files["shop/app.py"] = SHOP["shop/app.py"].partition("@app.get")[0]
    data = json.loads(format_of("json", inventories).render(check_sources(files), context_for(files)))
    assert [(item["symbol"], item["accepted"]) for item in data["state"]] == [
        ("shop.store.CARTS", f"{reason or 'without a reason'} (comment)")
    ]
    assert data["replicas"] == replicas


def test_verdict_of_a_part_says_that_it_is_one(project, statelint):
    (project / "other.py").write_text("x = 1\n")
    done = statelint("inventory", "other.py", "--ignore", "STL2")
    assert "Of other.py, no STL2 alone: Several replicas can serve today." in done.out
    assert json.loads(statelint("inventory", "app.py", "--format", "json").out)["asked"] == ["app.py"]
    assert "alone" not in statelint("inventory").out
    page = statelint("check", "other.py", "--format", "html").out
    assert "This is about a part only: <code>other.py</code>." in page
    assert "about a part only" not in statelint("check", "--format", "html").out
