"""A dict of plain data becomes one in Redis; anything else is left alone."""

import pytest

from tests.fixing import assert_well_fixed

APP = """\
import flask
import requests

app = flask.Flask(__name__)
PRICES = {made}


@app.get("/<item>")
def show(item):
    {known}if item not in PRICES:
        found = requests.get(f"https://prices.example/{{item}}", timeout=3)
        {write}
    return str(PRICES[item])
"""
MADE = 'PRICES = RedisDict("app.PRICES", redis=redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True))\n'


def program(made="{}", write="PRICES[item] = found.json()", known=""):
    return APP.format(made=made, write=write, known=known)


@pytest.mark.parametrize(
    "source",
    [
        program(),
        program("dict()"),
        program(write='PRICES[item] = {"price": found.json(), "from": f"shop {item}"}'),
        program(write="price = found.text\n        PRICES[item] = price"),
        program(write='PRICES.pop("last", None)\n        PRICES[item] = found.json()'),
    ],
)
def test_a_dict_of_plain_data_goes_to_redis(source):
    offered, after = assert_well_fixed({"app.py": source})
    assert [finding.code for finding in offered] == ["STL301"]
    assert MADE in after["app.py"].decode()
    assert b"from redis_dict import RedisDict\n" in after["app.py"]


@pytest.mark.parametrize(
    "source",
    [
        program('{"a": 1}'),
        program(write="PRICES[item] = found"),
        program(write="PRICES[item] = [found.json(), found]"),
        program(write="PRICES[item, 1] = PRICES[item] = found.json()"),
        program(write="PRICES.update(found.json())"),
        program(write="PRICES = {item: found.json()}", known="global PRICES\n    "),
        program(write='PRICES.setdefault(item, {})["price"] = found.json()'),
        "redis = None\n" + program(),
    ],
)
def test_other_dicts_stay(source):
    offered, after = assert_well_fixed({"app.py": source})
    assert (offered, after) == ([], {"app.py": source.encode()})
