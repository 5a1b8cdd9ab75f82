"""`--format json`: the keys of docs/json.md are a contract."""

import json
from pathlib import Path

import pytest

from tests.conftest import PROJECT

SNAPSHOT = Path(__file__).parent / "contract.json"
SOURCE = """\
import flask
from shop import store

app = flask.Flask(__name__)


@app.post("/cart/<item>")
def add(item):
    store.CARTS[flask.request.cookies["user"]] = item
    return str(store.CARTS[flask.request.cookies["user"]])
"""


def test_report_is_the_one_of_the_snapshot(tree, statelint):
    tree({
        "pyproject.toml": "", "shop/__init__.py": "", "shop/views.py": SOURCE, "shop/store.py": "CARTS = {}\nSEEN = []\nSEEN.append(1)\n",
        "shop/broken.py": "x = (\n", "shop/idle.py": "y = 1  # noqa: STL101\n",
    })  # fmt: skip
    found = json.loads(statelint("check", "--format", "json", "--explain-cleared").out)
    found["summary"]["seconds"] = 0
    found["summary"]["stages"] = dict.fromkeys(found["summary"]["stages"], 0)
    found["errors"][0]["message"] = "differs between versions of Python"
    assert found == json.loads(SNAPSHOT.read_text()), f"if the change is meant, write it into {SNAPSHOT.name}"


def test_paths_are_relative_to_the_working_directory(tree, statelint, monkeypatch):
    root = tree({"pyproject.toml": "", "app.py": PROJECT, "docs/x/y.txt": ""})
    monkeypatch.chdir(root / "docs" / "x")
    report = json.loads(statelint("check", "--format", "json").out)
    finding = report["findings"][0]
    assert report["root"] == "../.."
    assert {
        finding["path"],
        *(place["path"] for key in ("writes", "entries", "witness") for place in finding[key]),
    } == {"../../app.py"}


def test_findings_are_sorted_by_path_line_and_code(tree, statelint):
    names = ["z", "a", "m"]
    holders = "".join(f"{name} = {{}}\n" for name in names)
    writes = "".join(f"    {name}['x'] = 1\n" for name in names)
    code = f"import flask\napp = flask.Flask(__name__)\n{holders}@app.get('/')\ndef index():\n{writes}"
    tree({"pyproject.toml": "", "b.py": code, "a.py": code})
    found = json.loads(statelint("check", "--format", "json").out)["findings"]
    assert [(one["path"], one["line"]) for one in found] == [
        (path, line) for path in ("a.py", "b.py") for line in (3, 4, 5)
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_places_are_lines_and_characters_as_editors_count_them(tree, statelint, encoding, end):
    source = (
        f"# coding: {encoding.removesuffix('-sig')}\nimport flask\n\x0c\napp = flask.Flask(__name__)\n"
        "ä = 'öü'; hits = {}\n@app.get('/')\n\x0cdef index():\n    s = 'ß'; hits['é'] = s\n    return 'ü', hits['é']\n"
    )
    tree({"pyproject.toml": "", "app.py": source.replace("\n", end).encode(encoding)})
    found = json.loads(statelint("check", "--format", "json").out)["findings"][0]
    lines = source.split("\n")

    def piece(place):
        return lines[place["line"] - 1][place["column"] - 1 : place["end_column"] - 1]

    assert piece(found) == "hits"
    assert [piece(write) for write in found["writes"]] == ["hits['é']"]
    assert [(read["line"], read["column"]) for read in found["reads"]] == [(9, 17)]


def test_every_key_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
    found = json.loads(SNAPSHOT.read_text())
    keys = {*found, *found["findings"][0], *(key for key in found["summary"])}
    for key in ("writes", "entries", "witness", "hides", "copies"):
        keys |= {name for one in found["findings"][0][key] for name in one}
    assert {key for key in keys if f"`{key}`" not in page} == set()
