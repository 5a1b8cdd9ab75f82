"""What is outside already stays as it is written, and a variable that the program reads already is read again."""

import pytest

from statelint.app.pipeline import check_sources
from tests.fixing import assert_well_fixed

DJANGO = """\
import os

from django.conf import settings

SECRET_KEY = os.environ["SECRET_KEY"]
ROOT_URLCONF = "urls"
REDIS_URL = os.getenv("REDIS_URL")
CACHES = {{
    "default": {{
        "BACKEND": "django.core.cache.backends.{backend}",
        "LOCATION": {location},
    }}
}}
"""
URLS = """\
from django.core.cache import cache
from django.http import JsonResponse
from django.urls import path


def price(request, item):
    cache.set(item, request.GET["price"])
    return JsonResponse({"price": cache.get(item)})


urlpatterns = [path("<item>", price)]
"""


def after(code, path="app.py", **more):
    """The fixed code, and the one fix."""
    offered, fixed = assert_well_fixed({path: code, **more})
    (finding,) = offered
    return fixed[path].decode(), finding.fix


def cache_of(backend, location):
    code = DJANGO.format(backend=backend, location=location)
    fixed, fix = after(code, "settings.py", **{"urls.py": URLS})
    return fixed.partition('"LOCATION": ')[2].partition(",\n")[0], fix


@pytest.mark.parametrize(
    "location",
    [
        'os.environ["REDIS_URL"]', 'os.getenv("CACHE_URL", "redis://cache:6379/1")', '"redis://cache:6379/1"', "REDIS_URL",
        'settings.REDIS_URL', '[os.environ["REDIS_PRIMARY"], os.environ["REDIS_REPLICA"]]',
        'f"rediss://{os.environ[\'HOST\']}:6379"',
    ],
)  # fmt: skip
def test_location_outside_stays_as_it_is_written(location):
    kept, fix = cache_of("locmem.LocMemCache", location)
    assert kept == location
    assert fix.variables == ()
    assert "set `" not in fix.message


@pytest.mark.parametrize(
    ("backend", "location"),
    [
        ("locmem.LocMemCache", '"unique-snowflake"'), ("locmem.LocMemCache", '"redis"'),
        ("filebased.FileBasedCache", '"/var/cache/redis"'), ("filebased.FileBasedCache", 'os.environ["CACHE_DIR"]'),
        ("filebased.FileBasedCache", 'os.path.join("/srv", "redis")'),
    ],
)  # fmt: skip
def test_local_location_is_replaced(backend, location):
    new, fix = cache_of(backend, location)
    assert new == 'os.environ["REDIS_URL"]'
    assert fix.variables == ("REDIS_URL",)


CACHING = """\
import os
from flask import Flask
from flask_caching import Cache

app = Flask(__name__)
cache = Cache(app, config={"CACHE_TYPE": "SimpleCache", "CACHE_REDIS_URL": os.environ.get("CACHE_REDIS")})


@app.get("/")
@cache.cached()
def index():
    return "ok"
"""


def test_setting_beside_is_not_given_twice():
    fixed, fix = after(CACHING)
    assert 'config={"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": os.environ.get("CACHE_REDIS")}' in fixed
    assert fix.variables == ()
    fixed, fix = after(CACHING.replace(', "CACHE_REDIS_URL": os.environ.get("CACHE_REDIS")', ""))
    assert '"CACHE_REDIS_URL": os.environ["REDIS_URL"]' in fixed
    assert fix.variables == ("REDIS_URL",)


CELERY = """\
import os
from celery import Celery
from flask import Flask

app = Flask(__name__)
queue = Celery("app", broker="memory://", backend={backend})


@queue.task
def mail(to):
    print(to)


@app.post("/")
def index():
    mail.delay("a")
    return "ok"
"""


@pytest.mark.parametrize(
    ("backend", "variable"),
    [
        ('os.environ["APP_REDIS_URL"]', "APP_REDIS_URL"), ('os.getenv("REDIS_URL")', "REDIS_URL"),
        ('os.environ["DATABASE_URL"]', "BROKER_URL"),
    ],
)  # fmt: skip
def test_broker_is_that_of_a_variable_known_to_name_one(backend, variable):
    fixed, fix = after(CELERY.format(backend=backend))
    assert f'broker=os.environ["{variable}"], backend={backend}' in fixed
    assert fix.variables == (variable,)


LIMITER = """\
import os
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
import redis

app = Flask(__name__)
{reads}
limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")


@app.get("/")
@limiter.limit("5/minute")
def index():
    return "ok"
"""
SOCKETS = """\
import os
from flask import Flask
from flask_socketio import SocketIO

app = Flask(__name__)
{reads}
sockets = SocketIO(app)


@sockets.on("say")
def say(text):
    sockets.emit("said", text)
"""
READS = [
    ('store = redis.from_url(os.environ["SHOP_REDIS_URL"])', "SHOP_REDIS_URL"),
    ('URL = os.getenv("CACHE_REDIS_URL", "redis://localhost")', "CACHE_REDIS_URL"),
    ('ONE, TWO = os.environ["A_REDIS_URL"], os.environ["B_REDIS_URL"]', "REDIS_URL"),
    ('URL = os.environ["DATABASE_URL"]', "REDIS_URL"),
    ('ONE, TWO = os.environ["A_REDIS_URL"], os.environ["REDIS_URL"]', "REDIS_URL"),
]


@pytest.mark.parametrize(("reads", "variable"), READS)
@pytest.mark.parametrize("program", [LIMITER, SOCKETS])
def test_variable_of_the_program_is_read_again(program, reads, variable):
    report = check_sources({"app.py": program.format(reads=reads)})
    fixes = [one.fix for one in report.findings if one.fix is not None]
    assert [one.variables for one in fixes] == [(variable,)]
