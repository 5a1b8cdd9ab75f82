"""Django's cache: apart from the other caches, since fastapi-cache holds redis-py below what Django asks for."""

from tests.rules.remedies.caches import IN_MEMORY, keeps_one_value, keeps_one_value_until_forgotten
from tests.rules.remedies.limits import counts_together
from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import Replica
from tests.rules.remedies.sessions import SETTINGS

DJANGO_CACHE = """
import os

os.environ["DJANGO_SETTINGS_MODULE"] = "remedy"


def through(name):
    from django.core.cache import cache

    return cache.get_or_set(f"who:{name}", os.environ["REPLICA"])


def forgets(name):
    from django.core.cache import cache

    return cache.delete(f"who:{name}")
"""
DJANGO_TABLE = """
import django

django.setup()


def prepare():
    from django.core.management import call_command

    call_command("createcachetable")
"""
DJANGO_REDIS = """
import os

from django.conf import settings

settings.configure(
    CACHES={
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}
    }
)
"""
DJANGO_VISIT = """
def visit():
    return Visits(lambda request: cache.get("visits"))(None)
"""
DJANGO_VIEW = """
class Request:
    META = {"REMOTE_ADDR": "10.0.0.1"}


view = limited(lambda request: HttpResponse("ok"), limit=3, window=10**6)


def is_allowed(client, limit, window):
    return view(Request()).status_code == 200
"""


def keeps_one_value_in_a_table(a: Replica, b: Replica) -> None:
    a.ask("prepare()")
    keeps_one_value_until_forgotten(a, b)


def counts_visits(a: Replica, b: Replica) -> None:
    assert [one.ask("visit()") for one in (a, b, a)] == [1, 2, 3]


PROOFS = [
    Proof("STL103", "Django's cache on Redis for what a middleware counts", counts_visits, before=DJANGO_REDIS, more=DJANGO_VISIT),
    Proof("STL301", "Django's cache on Redis", keeps_one_value_until_forgotten, before=SETTINGS, more=DJANGO_CACHE),
    Proof("STL302", "Django's cache with a time-out", keeps_one_value_until_forgotten, before=DJANGO_REDIS, more="through = lambda name: settings_for(name, lambda _: os.environ['REPLICA'])\nforgets = changed"),
    Proof("STL303", "Django's cache on Redis", keeps_one_value_until_forgotten, before=SETTINGS, more=DJANGO_CACHE),
    Proof("STL303", "Django's cache in the database, without Redis", keeps_one_value_in_a_table, before=SETTINGS, more=DJANGO_CACHE + DJANGO_TABLE),
    Proof("STL304", "Django's cache on Redis under an atomic counter", counts_together, before=DJANGO_REDIS, more=DJANGO_VIEW),
]  # fmt: skip
WRONG = Proof("STL301", "values in process memory", keeps_one_value, code=IN_MEMORY)
PACKAGES = ("django", "redis")
