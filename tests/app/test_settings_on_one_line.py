"""Settings that stand on one line are findings of their own, each at its own name."""

import pytest

from statelint.app.pipeline import check_sources

CODE = """\
from flask import Flask, session
from flask_caching import Cache
from flask_session import Session
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
{settings}
Session(app)
cache = Cache(app)
db = SQLAlchemy(app)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)


@app.get("/orders")
@cache.cached()
def orders():
    session["seen"] = 1
    db.session.add(Order())
    db.session.commit()
    return ""
"""
NAMES = {"STL202": "SESSION_TYPE", "STL303": "CACHE_TYPE", "STL403": "SQLALCHEMY_DATABASE_URI"}
KEYWORDS = 'SESSION_TYPE="filesystem", CACHE_TYPE="SimpleCache", SQLALCHEMY_DATABASE_URI="sqlite:///é.db"'


@pytest.mark.parametrize(
    "settings",
    [
        f"app.config.update({KEYWORDS})",
        f"app.config.update(dict({KEYWORDS}))",
        'app.config.update({"é": 1, "SESSION_TYPE": "filesystem", "CACHE_TYPE": "SimpleCache", '
        '"SQLALCHEMY_DATABASE_URI": "sqlite:///shop.db"})',
    ],
    ids=["update", "dict", "display"],
)
def test_each_setting_is_found_at_its_own_name(settings):
    found = [one for one in check_sources({"app.py": CODE.format(settings=settings)}).findings if one.code in NAMES]
    assert sorted(one.code for one in found) == sorted(NAMES)
    for finding in found:
        assert finding.place.line == 7
        at = finding.place.column - 1
        assert settings[at:].lstrip("\"'").startswith(NAMES[finding.code])


def test_two_settings_of_one_rule_on_one_line_are_two_findings():
    settings = (
        'app.config.update(SQLALCHEMY_DATABASE_URI="sqlite:///a.db", SQLALCHEMY_BINDS={"logs": "sqlite:///b.db"})'
    )
    found = [one for one in check_sources({"app.py": CODE.format(settings=settings)}).findings if one.code == "STL403"]
    assert len({(one.place.line, one.place.column) for one in found}) == len(found)
    assert any("SQLALCHEMY_DATABASE_URI" in one.symbol for one in found)
