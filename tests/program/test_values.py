"""Values of arguments and settings, as findings show them."""

import pytest

from statelint.app.pipeline import check_sources

VIEWS = """
from django.core.cache import cache
from django.http import HttpResponse
from django.urls import path


def index(request):
    cache.set("last", request.path)
    return HttpResponse(cache.get("last"))


urlpatterns = [path("", index)]
"""


def found(settings: dict[str, str]) -> list[tuple[str, str, int, str]]:
    report = check_sources({"urls.py": VIEWS, **settings})
    return [(one.code, one.place.path, one.place.line, one.severity.value) for one in report.findings]


def test_readers_of_the_environment_that_call_one_another_end():
    environment = """
import os


def get(name, default=None, fallback=None):
    file_name = f"{name}_FILE"
    if file_name in os.environ:
        with open(os.environ[file_name]) as handle:
            return handle.read()
    if fallback and fallback in os.environ:
        name = fallback
    return os.environ.get(name, default)
"""
    settings = """
from environment import get

A = get("A", get("B"))
CACHES = {"default": {"BACKEND": get("C", get("D", "django.core.cache.backends.locmem.LocMemCache"))}}
"""
    assert found({"environment.py": environment, "settings.py": settings}) == [("STL303", "settings.py", 5, "warning")]


def test_default_of_what_is_deployed_is_not_hidden_by_settings_of_development():
    base = """
import os

LOCAL = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {"default": {"BACKEND": os.environ.get("CACHE", LOCAL)}}
"""
    development = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}\n'
    places = found({"settings/__init__.py": "", "settings/base.py": base, "settings/development.py": development})
    assert places == [
        ("STL303", "settings/base.py", 5, "warning"),
        ("STL303", "settings/development.py", 1, "info"),
    ]


def test_setting_of_a_library_that_the_program_does_not_name_is_silent():
    config = 'class ProductionConfig:\n    CACHE_TYPE = "simple"\n'
    app = "import flask\n\napp = flask.Flask(__name__)\napp.config.from_object('config.ProductionConfig')\n"
    cached = "from flask_caching import Cache\n\n" + app + "cache = Cache(app)\n"
    assert not check_sources({"config.py": config, "app.py": app}).findings
    findings = check_sources({"config.py": config, "app.py": cached}).findings
    assert [(one.code, one.place.path, one.place.line) for one in findings] == [("STL303", "config.py", 2)]
    assert "flask_caching" in findings[0].message


def test_setting_of_a_library_that_settings_alone_name_is_found():
    settings = 'INSTALLED_APPS = ["channels"]\nCHANNEL_LAYERS = {\n    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"},\n}\n'
    report = check_sources({"urls.py": VIEWS, "settings.py": settings}, ("STL602",))
    assert [(one.code, one.place.path, one.place.line) for one in report.findings] == [("STL602", "settings.py", 3)]


@pytest.mark.parametrize("decorator, receiver", [("classmethod", "cls, "), ("staticmethod", "")])
@pytest.mark.parametrize("before, name", [("", ""), ("*, ", "kind=")])
def test_argument_reaches_its_parameter_whether_or_not_there_is_a_receiver(decorator, receiver, before, name):
    app = f"""
import flask
from flask_caching import Cache

app = flask.Flask(__name__)


class Make:
    @{decorator}
    def cache({receiver}app, {before}kind):
        return Cache(app, config={{"CACHE_TYPE": kind}})


cache = Make.cache(app, {name}"SimpleCache")


@app.get("/")
@cache.cached()
def index():
    return "x"
"""
    findings = check_sources({"app.py": app}).findings
    assert [(one.code, one.place.line) for one in findings] == [("STL303", 11)]
