"""What stands by is finished to the same findings as a program that is linked at once."""

from pathlib import Path

import pytest

from statelint.app.analysis import Prepared, analyse
from statelint.app.extraction import facts_of
from statelint.app.loading import Choice, Loaded
from statelint.app.progress import Silent
from statelint.app.timings import Timings
from statelint.server.standby import Standby, all_linked
from statelint.settings.options import Options
from statelint.sources.read import Texts
from tests.islands import SHOP_AND_BLOG
from tests.witness import sources

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOME = ("django", "fastapi", "flask", "litestar", "tornado")
APP = {
    "app.py": "import flask\nfrom shop import store, views\napp = flask.Flask(__name__)\napp.register_blueprint(views.shop)\n",
    "shop/__init__.py": "",
    "shop/store.py": "hits = {}\nseen = []\n\ndef note(key):\n    hits[key] = 1\n\ndef all_seen():\n    return seen, hits\n",
    "shop/views.py": (
        "import flask\nfrom shop import store\nshop = flask.Blueprint('shop', __name__)\n\n"
        "@shop.get('/<key>')\ndef show(key):\n    return str(store.all_seen())\n"
    ),
}


def report(files, link=None):
    """The report of a program that is linked in a way of its own."""
    loaded = Loaded(
        Choice().of({path: text.encode() if isinstance(text, str) else text for path, text in files.items()}), [], ""
    )
    options = Options()
    texts = Texts(loaded.sources)
    facts, prepared = facts_of(loaded, options, None, Silent(), lambda: Prepared.of(loaded, texts, options))
    return analyse(
        loaded, facts, prepared, texts, options, (options.selection,), Timings(), Silent(),
        frozenset(), link=link,
    )  # fmt: skip


class PreparedError(Exception):
    """The standby is all that is wanted."""


def prepared(files, path, around=()):
    """A standby for the edits of one file."""
    standby = Standby()

    def prepare(parts, models):
        standby.prepare(parts, models, path, around)
        raise PreparedError

    with pytest.raises(PreparedError):
        report(files, prepare)
    return standby


def finished(standby, files, around=()):
    """The findings of an edited program, and whether the standby was of use."""
    fits = []

    def finish(parts, models):
        fits.append(standby.fits(parts, around))
        return standby.finished(parts) if fits[0] else all_linked(parts, models)

    return report(files, finish).findings, fits[0]


def edited(path, old, new):
    return {**APP, path: APP[path].replace(old, new)}


@pytest.mark.parametrize(
    ("path", "old", "new", "symbols"),
    [
        ("shop/views.py", "    return", "    store.note(key)\n    return", ["shop.store.hits"]),
        ("shop/views.py", "    return", "    # of all\n    store.seen.append(key)\n    store.note(key)\n    return", ["shop.store.hits", "shop.store.seen"]),
        ("shop/views.py", "\n\n@shop", "\n\n# views\n\n@shop", []),
        ("shop/store.py", "    return", "    seen.append(1)\n    return", ["shop.store.seen"]),
        ("app.py", "import flask", "# the application\nimport flask", []),
    ],
)  # fmt: skip
def test_bodies_of_functions_are_linked_anew(path, old, new, symbols):
    program = edited(path, old, new)
    findings, of_use = finished(prepared(APP, path), program)
    assert of_use
    assert [one.symbol for one in findings] == symbols
    assert findings == report(program).findings


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("shop/views.py", "import flask", "import flask, json"),
        ("shop/views.py", "def show(key)", "def show(key, more=1)"),
        ("shop/views.py", "    return", "    import json\n    return"),
        ("shop/store.py", "hits = {}", "hits = {1: 2}"),
        ("shop/store.py", "    hits[key]", "    global seen\n    hits[key]"),
        ("app.py", "app = flask", "web = flask"),
    ],
)
def test_what_others_may_know_of_a_module_takes_a_new_standby(path, old, new):
    program = edited(path, old, new)
    findings, of_use = finished(prepared(APP, path), program)
    assert not of_use
    assert findings == report(program).findings


def test_other_files_and_what_is_around_must_be_the_same():
    standby = prepared(APP, "shop/views.py", "rules")
    assert not finished(standby, edited("shop/store.py", "    return", "    pass\n    return"), "rules")[1]
    assert not finished(standby, {**APP, "more.py": "x = 1\n"}, "rules")[1]
    assert not finished(standby, APP, "other rules")[1]
    assert finished(standby, APP, "rules")[1]


def test_scripts_and_files_that_are_no_modules_have_no_standby():
    script = {"app.py": "import streamlit as st\nhits = []\nst.write(hits)\n"}
    assert not finished(prepared(script, "app.py"), script)[1]
    assert not finished(prepared(APP, "Dockerfile"), APP)[1]


@pytest.mark.parametrize("path", ["shop/app.py", "blog/app.py"])
def test_an_edit_in_one_part_of_a_program_leaves_the_others_linked(path):
    program = {**SHOP_AND_BLOG, path: SHOP_AND_BLOG[path].replace("    return", "    app.last = key\n    return")}
    findings, of_use = finished(prepared(SHOP_AND_BLOG, path), program)
    assert of_use
    assert [one.symbol for one in findings] == [one.symbol for one in report(program).findings]
    assert f"{path[:4]}.app.app.last" in {one.symbol for one in findings}


def test_a_name_that_joins_two_parts_takes_a_new_standby():
    text = SHOP_AND_BLOG["shop/app.py"].replace("    return", "    'blog.app'\n    return")
    assert not finished(prepared(SHOP_AND_BLOG, "shop/app.py"), {**SHOP_AND_BLOG, "shop/app.py": text})[1]


def applications():
    for folder in sorted(FIXTURES.iterdir()):
        marks = () if folder.name in SOME else pytest.mark.slow
        yield pytest.param(folder, id=folder.name, marks=marks)


@pytest.mark.parametrize("folder", applications())
def test_every_module_of_fixtures_may_come_last(folder):
    for application in (folder, *folder.iterdir()):
        files = {path: text.encode() if isinstance(text, str) else text for path, text in sources(application).items()}
        modules = [path for path in files if path.endswith(".py")]
        if application == folder or len(modules) < 2:
            continue
        for path in modules:
            program = {**files, path: b"\n# edited\n" + files[path]}
            findings, _ = finished(prepared(files, path), program)
            assert findings == report(program).findings, f"{path} of {application} comes last"
