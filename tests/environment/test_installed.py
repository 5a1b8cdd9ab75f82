"""Bases and factories of installed packages: what is sure is answered, all else is nothing."""

import os

import pytest

from statelint.environment import installed as budget

HANDLERS = "from tornado.web import RequestHandler\nclass Base(RequestHandler): ...\n"


@pytest.mark.parametrize(
    ("code", "bases"),
    [
        ("import tornado.web\nclass X(tornado.web.RequestHandler): ...\n", ("tornado.web.RequestHandler",)),
        ("import tornado.web as w\nclass X(w.RequestHandler): ...\n", ("tornado.web.RequestHandler",)),
        ("from tornado import web\nclass X(web.RequestHandler): ...\n", ("tornado.web.RequestHandler",)),
        ("from flask import Flask as F\nclass Y: ...\nclass X(Y, F): ...\n", ("somelib.Y", "flask.Flask")),
        ("from typing import Generic\nclass X(Generic[T], dict): ...\n", ("typing.Generic", "builtins.dict")),
        ("import six\nfrom a import B\nclass X(six.with_metaclass(M, B)): ...\n", ("a.B",)),
        ("class X(make()): ...\n", ()),
        ("from a import B\nclass Y(B): ...\nX = Y\n", ("a.B",)),
        ("try:\n    from a import B\nexcept ImportError:\n    B = object\nclass X(B): ...\n", ("a.B",)),
        ("try:\n    from ._fast import X\nexcept ImportError:\n    pass\n", ()),
        ("from a import B\nif B:\n    class X(B): ...\nelse:\n    class X: ...\n", ()),
        ("from a import B\nclass X(B): ...\nX = wrap(X)\n", ()),
        ("from a import B\nclass X(B): ...\ndel X\n", ()),
        ("X = type('X', (), {})\n", ()),
        ("def X(): ...\n", ()),
    ],
)
def test_bases_as_a_module_names_them(ask, code, bases):
    assert ask({"somelib/__init__.py": code}).bases("somelib.X") == bases


@pytest.mark.parametrize(
    "files",
    [
        {"__init__.py": "from .web.handlers import Base\n", "web/handlers.py": HANDLERS},
        {"__init__.py": "from somelib.web import Base\n", "web/__init__.py": "from .handlers import *\n", "web/handlers.py": HANDLERS},
        {"__init__.py": "from .web import *\n", "web.py": f"__all__ = ['Base']\n{HANDLERS}"},
        {"__init__.py": "from . import web\nBase = web.Base\n", "web.py": HANDLERS},
        {"__init__.py": "if True:\n    from .web import Other as Base\n", "web.py": f"{HANDLERS}Other = Base\n"},
    ],
)  # fmt: skip
def test_re_exports_are_followed(ask, files):
    packages = ask({f"somelib/{path}": text for path, text in files.items()})
    assert packages.bases("somelib.Base") == ("tornado.web.RequestHandler",)
    assert packages.names("somelib.Base")[-1].endswith((".handlers.Base", ".web.Base"))


def test_submodule_is_found_without_an_import_of_it(ask):
    packages = ask({"somelib/__init__.py": "", "somelib/web.py": HANDLERS, "single.py": HANDLERS})
    assert packages.bases("somelib.web.Base") == ("tornado.web.RequestHandler",)
    assert packages.bases("single.Base") == ("tornado.web.RequestHandler",)
    assert packages.bases("somelib.web.Base.Inner") == ()
    assert packages.bases("somelib.web") == packages.bases("somelib") == packages.bases("somelib.no.Base") == ()


def test_star_import_takes_public_names_only(ask):
    files = {"somelib/__init__.py": "from .a import *\n", "somelib/a.py": HANDLERS.replace("Base", "_Base")}
    assert ask(files).bases("somelib._Base") == ()
    files["somelib/a.py"] = f"__all__ = ['Other']\n{HANDLERS}"
    assert ask(files).bases("somelib.Base") == ()


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("def make():\n    return Flask(__name__)\n", "flask.Flask"),
        ("def make():\n    app = Flask(__name__)\n    app.x = 1\n    return app\n", "flask.Flask"),
        ("def make():\n    import quart\n    return quart.Quart(__name__)\n", "quart.Quart"),
        ("def make(x) -> Flask:\n    return x\n", "flask.Flask"),
        ("def make(x) -> 'Flask':\n    return x\n", "flask.Flask"),
        ("def make(x):\n    if x:\n        return Flask('a')\n    return Flask('b')\n", "flask.Flask"),
        ("def make(x):\n    if x:\n        return Flask('a')\n    return x\n", None),
        ("def make(x):\n    if x:\n        return Flask('a')\n    return None\n", None),
        ("def make(Flask):\n    return Flask('a')\n", None),
        ("def make():\n    app = Flask('a')\n    app = wrap(app)\n    return app\n", None),
        ("def make():\n    def inner():\n        return Flask('a')\n    return inner\n", None),
        ("def make():\n    yield Flask('a')\n", None),
        ("async def make():\n    return Flask('a')\n", None),
        ("@wrapped\ndef make():\n    return Flask('a')\n", None),
        ("def make():\n    return Flask\n", None),
        ("def make(): ...\n", None),
    ],
)
def test_what_a_factory_returns(ask, code, made):
    assert ask({"somelib/__init__.py": f"from flask import Flask\n{code}"}).returns("somelib.make") == made


@pytest.mark.parametrize(
    "text",
    [
        "class X(\n",
        b"\xff\xfe\x00 class X(dict): ...",
        b"# coding: no-such\nclass X(dict): ...\n",
        "class X(dict): ...\nx = " + "(" * 300 + ")" * 300,
        "class X(dict): ...\nx = " + "-" * 5000 + "1",
        "class X(dict): ...\nx = " + "a." * 5000 + "b",
        "from ........too.far import X\n",
        "class X(dict): ...\n#" + "x" * budget.LARGEST_MODULE,
        b"class X(dict): ...\n\0",
    ],
)  # fmt: skip
def test_module_that_is_broken_or_too_much_gives_nothing(ask, text, capsys):
    packages = ask({"somelib/__init__.py": text, "somelib/good.py": "class Y(dict): ...\n"})
    assert packages.bases("somelib.X") == ()
    assert packages.bases("somelib.Y") == ()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "files",
    [
        {"__init__.py": "from somelib import X\n"},
        {"__init__.py": "from .a import X\n", "a.py": "from somelib import X\n"},
        {"__init__.py": "from .a import *\n", "a.py": "from somelib import *\n"},
        {"__init__.py": "X = X\n"},
        {"__init__.py": "from . import X\n"},
    ],
)
def test_names_that_lead_to_themselves_give_nothing(ask, files):
    assert ask({f"somelib/{path}": text for path, text in files.items()}).bases("somelib.X") == ()


def test_folder_or_pipe_in_place_of_a_module_gives_nothing(ask, packages):
    found = ask({"somelib/__init__.py": "from .a import X\nfrom .b import Y\n"})
    (packages / "somelib" / "a.py").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(packages / "somelib" / "b.py")
    assert found.bases("somelib.X") == found.bases("somelib.Y") == ()


def test_nothing_is_read_that_no_distribution_owns(ask, packages):
    found = ask({"somelib/__init__.py": ""})
    (packages / "stray.py").write_text("class X(dict): ...\n")
    assert found.bases("stray.X") == ()
    assert found.needs("stray.X") == frozenset()


def test_package_is_known_by_another_name_than_its_distribution(ask):
    found = ask(
        {"somelib/__init__.py": HANDLERS}, name="python_some.lib", needs=["Tornado (>=6)", "x; extra == 'more'"]
    )
    assert found.bases("somelib.Base") == ("tornado.web.RequestHandler",)
    assert found.needs("somelib.Base") == {"python-some-lib", "tornado"}


def test_namespace_has_several_owners(ask):
    ask({"space/one/__init__.py": HANDLERS}, name="space_one")
    found = ask({"space/two.py": HANDLERS}, name="space_two", needs=["one-more"])
    assert found.bases("space.one.Base") == found.bases("space.two.Base") == ("tornado.web.RequestHandler",)
    assert found.needs("space.two.Base") == {"space-one", "space-two", "one-more"}


def test_budget_ends_the_answers(ask, monkeypatch):
    chain = {f"somelib/m{at}.py": f"from .m{at + 1} import X\n" for at in range(9)}
    files = {"somelib/__init__.py": "", **chain, "somelib/m9.py": "class X(dict): ...\n"}
    assert ask(files).bases("somelib.m0.X") == ("builtins.dict",)
    monkeypatch.setattr(budget, "MOST_MODULES", 6)
    assert ask(files).bases("somelib.m0.X") == ()
    assert ask(files).bases("somelib.m7.X") == ("builtins.dict",)
    monkeypatch.setattr(budget, "MOST_MODULES", 100)
    monkeypatch.setattr(budget, "MOST_BYTES", 40)
    assert ask(files).bases("somelib.m0.X") == ()


@pytest.mark.parametrize("kind", ["__init__.py", "web.py"])
def test_nothing_that_is_installed_runs(ask, tmp_path, kind):
    mark = tmp_path / "ran"
    files = {"somelib/__init__.py": "from .web import X\n", "somelib/web.py": "class X(dict): ...\n"}
    files[f"somelib/{kind}"] += f"open({str(mark)!r}, 'w')\nraise SystemExit\n"
    assert ask(files).bases("somelib.X") == ("builtins.dict",)
    assert not mark.exists()
