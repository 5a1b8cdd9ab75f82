"""What one replica stores, counts or switches, the other sees."""

import pytest

from tests.rules.remedies.proof import Proof
from tests.rules.remedies.replicas import RefusedError, Replica

IN_MEMORY = """
hits = {}


def count(page):
    hits[page] = hits.get(page, 0) + 1
    return hits[page]
"""


def counts_by(a: Replica, b: Replica, expression: str) -> None:
    assert [one.ask(expression) for one in (a, b, a)] == [1, 2, 3]


def counts(a: Replica, b: Replica) -> None:
    counts_by(a, b, "count('/')")


def numbers_in_order(a: Replica, b: Replica) -> None:
    counts_by(a, b, "new_ticket_number()")


def counts_down(a: Replica, b: Replica) -> None:
    assert [one.ask("stock.take('tea', 2)") for one in (a, b)] == [-2, -4]


def counts_down_when_asked(a: Replica, b: Replica) -> None:
    assert [one.post("/stock/tea", amount="2").text for one in (a, b)] == ['{"left":-2}', '{"left":-4}']


def counts_visits(a: Replica, b: Replica) -> None:
    assert [one.get("/").text for one in (a, b, a)] == ["1", "2", "3"]


def counts_names(a: Replica, b: Replica) -> None:
    answers = [one.post("/seen/ann").text for one in (a, b, a)]
    assert [text.strip('{}"count:') for text in answers] == ["1", "2", "3"]


def handles_once(a: Replica, b: Replica) -> None:
    assert [one.ask("is_new('event-1')") for one in (a, b, a)] == [True, False, False]


def switches(a: Replica, b: Replica) -> None:
    a.ask("switch('sale', 'on')")
    assert b.ask("is_on('sale')") is True
    assert b.ask("is_on('other')") is False


def refuses_while_closed(a: Replica, b: Replica) -> None:
    assert a.post("/maintenance", state="on").status == 200
    assert b.get("/").status == 503


def knows_the_owner(a: Replica, b: Replica) -> None:
    a.ask("keep('shell', 'handle')")
    assert a.ask("find('shell')") == "handle"
    with pytest.raises(RefusedError, match="shell is on replica-1"):
        b.ask("find('shell')")


def keeps_the_catalogue(a: Replica, b: Replica) -> None:
    a.ask("Catalogue.put('tea', {'price': 3})")
    assert b.ask("Catalogue.get('tea')") == {"price": 3}


def lists_players(a: Replica, b: Replica) -> None:
    a.post("/players", name="ann")
    assert b.post("/players", name="bob").text == '{"players": ["ann", "bob"]}'


def keeps_messages(a: Replica, b: Replica) -> None:
    a.ask("remember('hello')")
    b.ask("remember('good day')")
    assert a.ask("messages()") == ["good day", "hello"]


def keeps_settings(a: Replica, b: Replica) -> None:
    a.ask("change('colour', 'red')")
    assert b.ask("settings()") == {"colour": "red"}


def keeps_a_report(a: Replica, b: Replica) -> None:
    a.ask("keep_report('7', b'tea')")
    assert b.ask("fetch_report('7')") == "b'tea'"


def keeps_documents(a: Replica, b: Replica) -> None:
    a.ask("put('7', {'name': 'tea'})")
    assert b.ask("get('7')") == {"name": "tea"}


PROOFS = [
    Proof("STL101", "one shared counter", counts),
    Proof("STL101", "a switch that every replica sees", switches),
    Proof("STL101", "handled only once, by all replicas together", handles_once),
    Proof("STL101", "a handle that can't leave its process: say who owns it", knows_the_owner),
    Proof("STL101", "a shared hash, awaited in the handler", counts_visits, "tornado", "make_app"),
    Proof("STL101", "a client on the application, data in Redis", counts_visits, "aiohttp"),
    Proof("STL102", "the class keeps the client, Redis the data", keeps_the_catalogue),
    Proof("STL102", "given to each handler, kept in Redis", lists_players, "tornado", "make_app"),
    Proof("STL103", "the object keeps the client, Redis the data", counts_down),
    Proof("STL103", "a dependency that hands out a shared store", counts_down_when_asked, "asgi"),
    Proof("STL104", "a client on the application, data in Redis", counts_names, "asgi"),
    Proof("STL104", "a switch in Redis, not in app.config", refuses_while_closed, "wsgi"),
    Proof("STL104", "a client under a key of the application", counts_names, "aiohttp"),
    Proof("STL104", "a client in the settings, data in Redis", counts_names, "tornado", "make_app"),
    Proof("STL104", "a client on the context of the application", counts_names, "sanic"),
    Proof("STL105", "a shared list, cut to the last hundred", keeps_messages),
    Proof("STL105", "a factory of Flask that closes over a client only", counts_visits, "wsgi", "create_app()"),
    Proof("STL105", "a factory of FastAPI that closes over a client only", counts_visits, "asgi", "create_app()"),
    Proof("STL106", "Redis counts", numbers_in_order),
    Proof("STL401", "a hash in Redis for a handful of settings", keeps_settings),
    Proof("STL401", "bytes under a key with a time to live, awaited", keeps_a_report),
    Proof("STL403", "a hash in Redis instead of shelve, dbm or TinyDB", keeps_documents),
]
WRONG = Proof("STL101", "a counter in process memory", counts, code=IN_MEMORY)
PACKAGES = ("flask", "fastapi", "uvicorn", "tornado", "aiohttp", "sanic", "redis")
