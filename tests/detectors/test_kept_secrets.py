"""A secret that is kept in a file of the replica says so."""

from pathlib import Path

import pytest

from statelint.app.pipeline import check_sources
from tests.witness import sources

FIXTURE = Path(__file__).parents[2] / "fixtures" / "flask" / "secrets_kept"


def test_all_but_the_one_that_is_only_in_memory_say_so():
    files = sources(FIXTURE)
    found = [one for one in check_sources(files).findings if one.code == "STL203"]
    silent = [one.place for one in found if "kept in a file" not in one.why]
    assert len(found) > len(silent)
    assert ["MASTER_KEY" in files[place.path].splitlines()[place.line - 1] for place in silent] == [True]


CONFIGURATION = """
import os, secrets, flask, redis

app = flask.Flask(__name__)
shared = redis.Redis.from_url(os.environ["REDIS_URL"])


class Configuration:
    def __init__(self):
        self.name = os.environ["NAME"]
        self.key = shared.get("key")
        if self.key is None:
            self.key = secrets.token_hex()
            {act}

    def announce(self):
        shared.set("name", self.name)

    def save(self):
        shared.set("key", self.key)


configuration = Configuration()
app.secret_key = configuration.key


@app.get("/")
def index():
    flask.session["seen"] = True
    return ""
"""


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        ("self.save()", []),
        ("self.announce()", ["STL203"]),
        ("shared.publish('configured', self)", ["STL203"]),
    ],
)
def test_secret_is_kept_by_what_saves_it_and_not_by_what_tells_of_its_object(act, codes):
    report = check_sources({"app.py": CONFIGURATION.format(act=act)})
    assert [one.code for one in report.findings] == codes


WRITTEN = """
import configparser, flask, json, secrets

app = flask.Flask(__name__)
key = secrets.token_hex()
with open("/data/settings", "w") as file:
    {act}
app.secret_key = key


@app.get("/")
def index():
    flask.session["seen"] = True
    return ""
"""


@pytest.mark.parametrize(
    "act",
    [
        "file.write(key)",
        "data = {}; data.update({'key': key}); json.dump(data, file)",
        "settings = configparser.ConfigParser(); settings['web']['key'] = key; settings.write(file)",
    ],
)
def test_what_holds_a_secret_may_be_what_is_written(act):
    (found,) = check_sources({"app.py": WRITTEN.replace("{act}", act)}).findings
    assert "kept in a file" in found.why
