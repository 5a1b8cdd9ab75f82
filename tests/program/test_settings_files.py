"""Settings in files beside the code: which are read, what they say, and what the environment may set instead."""

import pytest

from statelint.app.pipeline import check_sources
from tests.conftest import PYRAMID

VIEWS = """

@app.get("/")
def index():
    session["seen"] = True
    return "seen"
"""
FLASK = "import json, logging, os, tomllib\nimport yaml\nfrom flask import Flask, session\nfrom flask_session import Session\n\n"
URLS = """\
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import path


def index(request):
    cache.set("seen", 1)
    return HttpResponse("seen")


urlpatterns = [path("", index)]
"""


def flask(*lines):
    """A Flask application that is configured by these lines."""
    return "\n".join((FLASK, "app = Flask(__name__)", *lines, "Session(app)", VIEWS))


def found(files):
    """Code, path, line and severity of each finding."""
    findings = check_sources(files).findings
    return [(one.code, one.place.path, one.place.line, one.severity.value) for one in findings]


@pytest.mark.parametrize(
    ("load", "name", "text", "line"),
    [
        ('app.config.from_file("shop.toml", load=tomllib.load, text=False)', "shop.toml", 'A = 1\nSESSION_TYPE = "filesystem"\n', 2),
        ('app.config.from_file("shop.json", load=json.load)', "shop.json", '{\n  "SESSION_TYPE": "filesystem"\n}', 2),
        ('FILE = os.environ.get("SHOP", "shop.json")\napp.config.from_file(FILE, load=json.load)', "shop.json", '{"SESSION_TYPE": "filesystem"}', 1),
        ('app.config.from_file("/etc/shop/shop.json", load=json.load)', "conf/shop.json", '{"SESSION_TYPE": "filesystem"}', 1),
        ('app.config.from_json("shop.json")', "conf/shop.json", '{\n  "SESSION_TYPE": "filesystem"\n}', 2),
        ('app.config.from_pyfile("shop.cfg")', "shop.cfg", '# ours\nSESSION_TYPE = "filesystem"\n', 2),
        ('app.config.from_pyfile("../shop.py")', "shop.py", 'SESSION_TYPE = "filesystem"\n', 1),
        ('app.config.update(yaml.safe_load(open("shop.yaml")))', "shop.yaml", "SESSION_TYPE: filesystem\n", 1),
        ('app.config.update(json.load(open("shop.json"))["web"])', "shop.json", '{"web": {"SESSION_TYPE": "filesystem"}}', 1),
        ('app.config.from_mapping(**tomllib.loads(open("shop.toml").read()))', "shop.toml", 'SESSION_TYPE = "filesystem"\n', 1),
        ('app.config["SESSION_TYPE"] = json.load(open("shop.json"))["kind"]', "shop.json", '{"kind": "filesystem"}', None),
    ],
)  # fmt: skip
def test_a_setting_of_a_file_that_the_code_names_counts(load, name, text, line):
    place = (name, line) if line is not None else ("web/app.py", FLASK.count("\n") + 3)
    assert found({"web/app.py": flask(load), name: text}) == [("STL202", *place, "error")]


@pytest.mark.parametrize(
    ("load", "text"),
    [
        ('app.config.from_file("shop.toml", load=tomllib.load, text=False)', 'SESSION_TYPE = "redis"\nSESSION_REDIS = "x"\n'),
        ('app.config.from_file("other.toml", load=tomllib.load, text=False)', 'SESSION_TYPE = "filesystem"\n'),
        ("", 'SESSION_TYPE = "filesystem"\n'),
        ('app.config.from_file("shop.toml", load=tomllib.load, text=False)', "SESSION_TYPE = = 1\n"),
    ],
)  # fmt: skip
def test_a_file_that_says_otherwise_or_that_nobody_reads_is_silent(load, text):
    assert not found({"app.py": flask(load), "shop.toml": text})


@pytest.mark.parametrize(
    ("named", "line"), [("shop.json", 3), ("other/shop.json", 2), ("../other/shop.json", 2), ("nowhere/shop.json", 3)]
)
def test_of_several_files_of_a_name_the_path_or_the_folder_of_the_code_decides(named, line):
    texts = {"web/shop.json": '\n\n"SESSION_TYPE": "filesystem"}', "other/shop.json": '\n"SESSION_TYPE": "filesystem"}'}
    files = {path: f"{{{text}" for path, text in texts.items()}
    load = f'app.config.from_file("{named}", load=json.load)'
    assert [row[2] for row in found({"web/app.py": flask(load), **files})] == [line]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("app.config.from_prefixed_env()", "FLASK_SESSION_TYPE"),
        ('app.config.from_prefixed_env("SHOP")', "SHOP_SESSION_TYPE"),
        ('app.config.from_prefixed_env(prefix="SHOP")', "SHOP_SESSION_TYPE"),
        ('app.config.from_envvar("SHOP_SETTINGS", silent=True)', "SHOP_SETTINGS"),
        ('app.config.from_pyfile("local.cfg", silent=True)', "SESSION_TYPE of local.cfg"),
    ],
)
def test_what_the_environment_may_set_instead_is_a_default(call, name):
    (finding,) = check_sources({"app.py": flask('app.config["SESSION_TYPE"] = "filesystem"', call)}).findings
    assert (finding.code, finding.severity.value, finding.confidence.value) == ("STL202", "warning", "likely")
    assert f"unless `{name}` is set" in finding.why


def test_what_the_program_sets_after_the_environment_is_sure():
    lines = ("app.config.from_prefixed_env()", 'app.config["SESSION_TYPE"] = "filesystem"')
    assert [row[3] for row in found({"app.py": flask(*lines)})] == ["error"]


def test_values_from_the_environment_alone_switch_nothing_on():
    assert not found({"app.py": flask("app.config.from_prefixed_env()")})


def test_a_default_of_a_library_that_the_environment_may_change_says_so():
    code = flask().replace("Session(app)", "app.config.from_prefixed_env()\nLimiter(get_remote_address, app=app)")
    code = "from flask_limiter import Limiter\nfrom flask_limiter.util import get_remote_address\n" + code
    (finding,) = check_sources({"app.py": code}, ("STL304",)).findings
    assert "unless `FLASK_RATELIMIT_STORAGE_URI` is set" in finding.why
    assert finding.confidence.value == "likely"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("logs.json", '{"version": 1, "handlers": {"file":\n{"class": "logging.FileHandler", "filename": "a.log"}}}'),
        ("logs.yaml", "version: 1\nhandlers: {file: {\n class: logging.FileHandler, filename: a.log}}\n"),
        ("logs.toml", 'version = 1\n[handlers.file]\nclass = "logging.FileHandler"\nfilename = "a.log"\n'),
    ],
)
def test_logs_configured_by_a_file_are_found_where_the_handler_stands(name, text):
    load = {"json": "json.load", "yaml": "yaml.safe_load", "toml": "tomllib.load"}[name.rpartition(".")[2]]
    code = f"""
def settings(path):
    with open(path, "rb") as file:
        return {load}(file)


import logging.config
logging.config.dictConfig(settings(os.path.join(os.path.dirname(__file__), "conf", "{name}")))
"""
    findings = found({"app.py": flask(code).replace("Session(app)", ""), f"conf/{name}": text})
    assert [row[:2] for row in findings] == [("STL404", f"conf/{name}")]


@pytest.mark.parametrize(
    "text",
    [
        '["app:main"]\nuse = "egg:shop"\n\n"session.type" = "file"\n',
        '[app.main]\nuse = "egg:shop"\n\nsession.type = "file"\n',
        '[app.main]\nuse = "egg:shop"\n[app.main.session]\ntype = "file"\n',
        '["app:main".session]\n\n\ntype = "file"\n',
    ],
)
def test_toml_of_an_application_counts_as_its_ini_file_would(text):
    files = {"shop.py": PYRAMID, "production.toml": text}
    assert found(files) == [("STL202", "production.toml", 4, "error")]
    assert [row[3] for row in found({"shop.py": PYRAMID, "development.toml": text})] == ["info"]


@pytest.mark.parametrize("text", ['[tool.shop]\n"session.type" = "file"\n', '[app]\n"session.type" = "file"\n'])
def test_toml_of_anything_else_is_left_alone(text):
    assert not found({"shop.py": PYRAMID, "other.toml": text})


@pytest.mark.parametrize(
    "options",
    [
        "session.type = %(kind)s\n",
        "session.type = %(own)s\nown = %(kind)s\n",
        "get session.type = kind\n",
    ],
)
def test_options_of_an_ini_file_are_interpolated(options):
    ini = f"[DEFAULT]\nkind = file\nloop = %(loop)s\n[app:main]\nuse = egg:shop\n{options}"
    assert found({"shop.py": PYRAMID, "production.ini": ini}) == [("STL202", "production.ini", 6, "error")]


def test_what_another_ini_file_replaces_is_lowered():
    base = "[app:main]\nuse = egg:shop\nsession.type = file\n"
    production = "[app:main]\nuse = config:base.ini\nsession.type = ext:redis\n"
    assert found({"shop.py": PYRAMID, "base.ini": base, "production.ini": production}) == [
        ("STL202", "base.ini", 3, "warning")
    ]


CELERY = """\
from celery import Celery
from flask import Flask


class Settings:
    broker_url = "memory://"


def started(app):
    celery = Celery(app.name)
    celery.config_from_object({given})
    return celery


app = Flask(__name__)
app.config.from_mapping(
    CELERY=dict(
        broker_url="memory://",
    ),
)
celery = started(app)
"""


@pytest.mark.parametrize(
    ("given", "line"),
    [("Settings", 6), ('dict(broker_url="memory://")', 11), ('app.config["CELERY"]', 17), ('"jobs"', None)],
)
def test_celery_is_configured_by_classes_dicts_and_modules(given, line):
    files = {"app.py": CELERY.format(given=given), "jobs.py": 'broker_url = "memory://"\n'}
    where = ("jobs.py", 1) if line is None else ("app.py", line)
    assert [row[:3] for row in found(files)] == [("STL504", *where)]


@pytest.mark.parametrize(("condition", "codes"), [("DEBUG", {"STL303"}), ("not DEBUG", set())])
def test_what_only_development_sets_is_not_set(condition, codes):
    settings = f"""\
DEBUG = False
ROOT_URLCONF = "shop.urls"
if {condition}:
    CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}}
"""
    files = {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "", "shop/settings.py": settings, "shop/urls.py": URLS,
    }  # fmt: skip
    assert {row[0] for row in found(files) if row[3] != "info"} == codes


@pytest.mark.parametrize(
    ("name", "settings", "confidence"),
    [
        ("shop/app_settings.py", "LIMIT = 5\nCOLOUR = 'red'\n", "likely"),
        ("shop/test_settings.py", "INSTALLED_APPS = ['shop']\nDEBUG = True\n", "likely"),
        ("shop/settings.py", "INSTALLED_APPS = ['shop']\nDEBUG = False\n", "sure"),
        ("shop/settings/production.py", "from shop.base import *\nDEBUG = False\n", "sure"),
    ],
)
def test_a_package_without_settings_of_a_project_is_one_for_other_projects(name, settings, confidence):
    files = {
        "shop/__init__.py": "", "shop/urls.py": URLS, name: settings, "shop/base.py": "INSTALLED_APPS = ['shop']\n",
    }  # fmt: skip
    cached = [one for one in check_sources(files).findings if one.code == "STL303"]
    assert [one.confidence.value for one in cached] == [confidence]


def test_a_conf_file_of_another_program_is_no_configuration():
    files = {"app.py": flask('open("sync.conf").read()'), "sync.conf": "[general]\nSESSION_TYPE = filesystem\n"}
    assert not found(files)
