"""Where a value comes from decides whether every replica would have the same one."""

import pytest

from tests.markers import assert_judged_as_marked

HEAD = "import flask, random, redis, requests, secrets, time\nfrom flask import request\napp = flask.Flask(__name__)\n"
KEEPING = "{before}kept = {{}}  # {marker}\ndef value(key):\n    {lines}\n@app.get('/<key>')\ndef index(key):\n    if key not in kept:\n        kept[key] = value(key)\n    return str(kept[key])\n"
PURE = "cleared: PURE_MEMO"
STATE, CACHE = "expect: STL101", "expect: STL301"
VALUES = {
    "the key": (PURE, "", "return key"),
    "a method of the key": (PURE, "", "return key.strip().title()"),
    "a part of the key": (PURE, "", "return key[1:3] + 'x'"),
    "text around the key": (PURE, "", "return f'<{key}>'"),
    "a constant of the module": (PURE, "SIGN = '$'\n", "return key + SIGN"),
    "configuration": (PURE, "import os\nSIGN = os.environ['SIGN']\n", "return key + SIGN"),
    "a library without state": (PURE, "import re\n", "return re.compile(key)"),
    "an object of the program": (PURE, "class Box:\n    def __init__(self, key):\n        self.key = key\n", "return Box(key)"),
    "another function of the key": (PURE, "def twice(x):\n    return x * 2\n", "return twice(key)"),
    "a function that calls itself": (PURE, "def sum_to(n):\n    return n and n + sum_to(n - 1)\n", "return sum_to(int(key))"),
    "another part of the request": (STATE, "", "return request.args['x']"),
    "another part of the request, passed on": (STATE, "def read():\n    return request.headers\n", "return read()['x']"),
    "chance": (STATE, "", "return random.random()"),
    "a secret": (STATE, "", "return secrets.token_hex()"),
    "the clock": (STATE, "", "return time.time()"),
    "the clock in an object": (STATE, "class Box:\n    def __init__(self):\n        self.at = time.time()\n", "return Box()"),
    "another service": (CACHE, "", "return requests.get(key).json()"),
    "another service, of a session": (CACHE, "session = requests.Session()\n", "return session.get(key).json()"),
    "a database": (CACHE, "database = redis.Redis()\n", "return database.get(key)"),
    "a database, opened for it": (CACHE, "", "return redis.Redis().get(key)"),
    "a database behind an object": (
        CACHE, "class Store:\n    def __init__(self):\n        self.redis = redis.Redis()\n    def read(self, key):\n"
        "        return self.redis.get(key)\nstore = Store()\n", "return store.read(key)",
    ),
    "a file": (CACHE, "", "return open(key).read()"),
    "a file by pathlib": (CACHE, "from pathlib import Path\n", "return Path(key).read_text()"),
    "rows of a query": (
        CACHE, "import psycopg\n", "return [row for row in psycopg.connect('x').execute('select %s', key)]",
    ),
}  # fmt: skip
CASES = {
    "a client": """
client = None  # cleared: LAZY_INITIALISATION
@app.get("/")
def index():
    global client
    if client is None:
        client = redis.Redis()
    return client.get("x")
""",
    "a part of a client": """
import boto3
table = None  # cleared: LAZY_INITIALISATION
@app.get("/")
def index():
    global table
    if table is None:
        table = boto3.resource("dynamodb").Table("votes")
    return table.get_item(Key="x")
""",
    "an object around a client": """
class Store:
    def __init__(self):
        self.redis = redis.Redis()
    def get(self, key):
        return self.redis.get(key)
store = None  # cleared: LAZY_INITIALISATION
@app.get("/")
def index():
    global store
    if store is None:
        store = Store()
    return store.get("x")
""",
    "what a client gave": """
title = None  # expect: STL301
@app.get("/")
def index():
    global title
    if title is None:
        title = redis.Redis().get("title")
    return title
""",
    "a token that every replica makes for itself": """
token = None  # expect: STL101
@app.get("/")
def index():
    global token
    if token is None:
        token = secrets.token_hex()
    return token
""",
}


@pytest.mark.parametrize("case", VALUES)
def test_value_kept_for_a_key(case):
    marker, before, lines = VALUES[case]
    assert_judged_as_marked({"app.py": HEAD + KEEPING.format(marker=marker, before=before, lines=lines)})


@pytest.mark.parametrize("case", CASES)
def test_value_kept_once(case):
    assert_judged_as_marked({"app.py": HEAD + CASES[case]})
