"""Settings that a library puts together from files with a section for each environment, and from variables."""

import pytest

from statelint.app.pipeline import check_sources

ENGINE = """\
from dynaconf import Dynaconf
from flask import Flask
from sqlalchemy import create_engine

settings = Dynaconf({options})
app = Flask(__name__)
engine = create_engine({read})


@app.post("/orders")
def order():
    with engine.begin() as connection:
        connection.execute("insert into orders values (1)")
    return ""
"""
CACHE = """\
from dynaconf import FlaskDynaconf
from flask import Flask
from flask_caching import Cache

app = Flask(__name__)
FlaskDynaconf(app, settings_files=["settings.toml"])
cache = Cache(app)


@app.get("/orders")
@cache.cached()
def orders():
    return ""
"""
TOML = """\
[default]
orders_db = "sqlite:///orders.db"
stock_db = "sqlite:///stock.db"
parts = {url = "sqlite:///parts.db"}

[development]
mail_db = "sqlite:///mail.db"

[production]
stock_db = "postgresql://db/stock"
"""
YAML = "default:\n  orders_db: sqlite:///orders.db\n"
FILES = {"settings.toml": TOML, "settings.yaml": YAML}


def engines(read, options='settings_files=["settings.toml", ".secrets.toml"]'):
    """What is found of an engine whose address is read from settings."""
    code = ENGINE.format(read=read, options=options)
    return [one for one in check_sources({"app.py": code, **FILES}).findings if one.code == "STL403"]


@pytest.mark.parametrize(
    ("read", "variable"),
    [
        ("settings.ORDERS_DB", "DYNACONF_ORDERS_DB"),
        ("settings.orders_db", "DYNACONF_ORDERS_DB"),
        ('settings["orders_db"]', "DYNACONF_ORDERS_DB"),
        ('settings.get("ORDERS_DB")', "DYNACONF_ORDERS_DB"),
        ('settings.get("MORE_DB", "sqlite:///more.db")', "DYNACONF_MORE_DB"),
        ("settings.parts.url", "DYNACONF_PARTS__URL"),
    ],
)
def test_a_value_of_a_file_is_the_default_of_a_variable(read, variable):
    (finding,) = engines(read)
    assert f"unless `{variable}` is set" in finding.why
    assert finding.severity.value == "warning"


@pytest.mark.parametrize(
    ("options", "variable"),
    [
        ('envvar_prefix="SHOP", settings_files=["settings.toml"]', "SHOP_ORDERS_DB"),
        ('envvar_prefix=False, settings_files=["settings.yaml"]', "ORDERS_DB"),
        ('settings_file="settings.yaml"', "DYNACONF_ORDERS_DB"),
        ('ENVVAR_PREFIX_FOR_DYNACONF="SHOP", SETTINGS_FILE_FOR_DYNACONF="settings.yaml"', "SHOP_ORDERS_DB"),
    ],
)
def test_options_say_which_file_and_which_variable(options, variable):
    (finding,) = engines("settings.orders_db", options)
    assert f"unless `{variable}` is set" in finding.why


@pytest.mark.parametrize(
    "read", ["settings.stock_db", "settings.mail_db", "settings.other_db"], ids=["deployed", "development", "unknown"]
)
def test_what_a_deployment_does_not_get_from_a_file_is_silent(read):
    assert not engines(read)


@pytest.mark.parametrize(
    ("section", "kind", "codes"),
    [
        ("default", "SimpleCache", ["STL303"]),
        ("default", "RedisCache", []),
    ],
)
def test_files_fill_the_settings_of_an_application(section, kind, codes):
    files = {
        "app.py": CACHE,
        "settings.toml": f'[{section}]\nCACHE_TYPE = "{kind}"\n',
    }
    findings = check_sources(files).findings
    assert [one.code for one in findings] == codes
    assert all((one.place.path, one.place.line) == ("settings.toml", 2) for one in findings)
    assert all("unless `FLASK_CACHE_TYPE` is set" in one.why for one in findings)
