"""`statelint graph` on small programs, one capability each: every edge between functions of the program is named."""

import textwrap

import pytest

from statelint.app.pipeline import call_graph
from statelint.settings.options import Options, Run

FUNCTIONS = """
def a(*args, **kwargs): pass
def b(*args, **kwargs): pass
def c(*args, **kwargs): pass
"""


def graph_of(folder, files):
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    drawn, _ = call_graph(Run(root=str(folder), paths=(), options=Options(include_tests=True, no_cache=True)))
    return drawn.calls


def own_edges(graph):
    """`caller>callee` between functions of `main`, its name left out."""
    return {
        f"{caller.removeprefix('main').removeprefix('.')}>{callee.removeprefix('main.')}"
        for caller, callees in graph.items()
        for callee in callees
        if callee in graph
    }


PROGRAMS = {
    # decorators
    "decorator that returns the function": (
        "def same(f):\n    return f\n@same\ndef job(): pass\njob()",
        ">same >job",
    ),
    "decorator that wraps": (
        """
        import functools
        def logged(f):
            @functools.wraps(f)
            def wrapper(*args, **kwargs):
                return f(*args, **kwargs)
            return wrapper
        @logged
        def job(): a()
        job()
        """,
        ">logged >logged.wrapper logged.wrapper>job job>a",
    ),
    "two decorated functions don't call each other": (
        """
        def logged(f):
            def wrapper():
                f()
            return wrapper
        @logged
        def one(): pass
        @logged
        def two(): pass
        one()
        """,
        ">logged >logged.wrapper logged.wrapper>one logged.wrapper>two",
    ),
    "decorator with arguments": (
        """
        def times(n, before):
            def decorate(f):
                def again():
                    before()
                    f()
                return again
            return decorate
        @times(3, before=a)
        def job(): pass
        job()
        """,
        ">times >times.decorate >times.decorate.again times.decorate.again>a times.decorate.again>job",
    ),
    "class as decorator": (
        """
        class Counted:
            def __init__(self, f):
                self.f = f
            def __call__(self):
                self.f()
        @Counted
        def job(): pass
        job()
        """,
        ">Counted.__init__ >Counted.__call__ Counted.__call__>job",
    ),
    "decorator that registers": (
        """
        table = {}
        def register(name):
            def decorate(f):
                table[name] = f
                return f
            return decorate
        @register("job")
        def job(): pass
        table["job"]()
        """,
        ">register >register.decorate >job",
    ),
    # closures and lambdas
    "closure": ("def make(f):\n    def inner():\n        f()\n    return inner\nmake(a)()", ">make >make.inner make.inner>a"),
    "closure sees a variable assigned anew": (
        "def outer():\n    f = a\n    def inner():\n        f()\n    f = b\n    inner()\nouter()",
        ">outer outer>outer.inner outer.inner>a outer.inner>b",
    ),
    "nonlocal": (
        """
        def outer():
            f = a
            f = b
            def change():
                nonlocal f
                f = c
            change()
            f()
        outer()
        """,
        ">outer outer>outer.change outer>a outer>b outer>c",
    ),
    "lambdas are numbered in their scope": (
        "def make():\n    return lambda: a(), lambda: b()\none, two = make()\ntwo()",
        ">make >make.<lambda2> make.<lambda1>>a make.<lambda2>>b",
    ),
    "lambda default": ("f = lambda g=a: g()\nf()", "><lambda1> <lambda1>>a"),
    "composition": (
        "def both(f, g):\n    return lambda x: f(g(x))\nboth(a, b)(1)",
        ">both >both.<lambda1> both.<lambda1>>a both.<lambda1>>b",
    ),
    # classes
    "C3 order": (
        """
        class Top:
            def go(self): pass
        class Left(Top):
            def go(self):
                super().go()
        class Right(Top):
            def go(self):
                super().go()
        class Both(Left, Right): pass
        Both().go()
        """,
        ">Left.go Left.go>Right.go Right.go>Top.go",
    ),
    "inherited method calls the override": (
        """
        class Base:
            def run(self):
                self.step()
            def step(self): pass
        class Child(Base):
            def step(self): pass
        Child().run()
        """,
        ">Base.run Base.run>Child.step",
    ),
    "super with arguments, class methods and constructors": (
        """
        class Base:
            def __init__(self): a()
            @classmethod
            def make(cls):
                return cls()
        class Child(Base):
            def __init__(self):
                super(Child, self).__init__()
            @classmethod
            def make(cls):
                return super().make()
        Child.make()
        """,
        ">Child.make Child.make>Base.make Base.make>Child.__init__ Child.__init__>Base.__init__ Base.__init__>a",
    ),
    "property with setter and deleter": (
        """
        class Box:
            @property
            def size(self): return a
            @size.setter
            def size(self, value): value()
            @size.deleter
            def size(self): pass
        box = Box()
        box.size()
        box.size = b
        """,
        ">Box.size >a Box.size>b",
    ),
    "descriptor": (
        """
        class Field:
            def __get__(self, owner, kind): return a
            def __set__(self, owner, value): value()
        class Form:
            name = Field()
        form = Form()
        form.name()
        form.name = b
        """,
        ">Field.__get__ >Field.__set__ >a Field.__set__>b",
    ),
    "metaclass call, __new__ and __init_subclass__": (
        """
        class Meta(type):
            def __call__(cls):
                return super().__call__()
        class Base(metaclass=Meta):
            def __new__(cls):
                return super().__new__(cls)
            def __init__(self): pass
            def __init_subclass__(cls): a()
        class Child(Base): pass
        Child()
        """,
        ">Meta.__call__ >Base.__init_subclass__ Base.__init_subclass__>a Meta.__call__>Base.__new__ Meta.__call__>Base.__init__",
    ),
    "attribute given by __getattr__": (
        """
        class Inner:
            def go(self): pass
        class Proxy:
            def __init__(self):
                self._inner = Inner()
            def __getattr__(self, name):
                return getattr(self._inner, name)
        Proxy().go()
        """,
        ">Proxy.__init__ >Proxy.__getattr__ >Inner.go",
    ),
    "method put on a class": ("class Late: pass\ndef go(self): pass\nLate.go = go\nLate().go()", ">go"),
    "data class": (
        """
        from dataclasses import dataclass, field
        @dataclass
        class Job:
            work: object
            others: object = field(default_factory=lambda: [b])
            def __post_init__(self):
                self.work()
        Job(a).others[0]()
        """,
        ">Job.__post_init__ >Job.<lambda1> Job.__post_init__>a >b",
    ),
    "operators": (
        """
        class Money:
            def __add__(self, other): return a
            def __radd__(self, other): return self
            def __iadd__(self, other): return self
            def __neg__(self): return self
            def __eq__(self, other): return True
            def __lt__(self, other): return True
            def __contains__(self, part): return True
            def __getitem__(self, key): return self
            def __setitem__(self, key, value): pass
            def __delitem__(self, key): pass
            def __len__(self): return 1
            def __str__(self): return ""
        def adds(m): (m + 1)()
        def added(m): 1 + m
        def grows(m): m += 1
        def negates(m): -m
        def equals(m): m == 1
        def less(m): m < 1
        def holds(m): 1 in m
        def items(m):
            m["x"] = m["y"]
            del m["z"]
        def texts(m): f"{m}", str(m), len(m)
        for f in (adds, added, grows, negates, equals, less, holds, items, texts):
            f(Money())
        """,
        """
        >adds >added >grows >negates >equals >less >holds >items >texts
        adds>Money.__add__ adds>a added>Money.__radd__ grows>Money.__iadd__ negates>Money.__neg__
        equals>Money.__eq__ less>Money.__lt__ holds>Money.__contains__
        items>Money.__getitem__ items>Money.__setitem__ items>Money.__delitem__ texts>Money.__str__ texts>Money.__len__
        """,
    ),
    # generators and iteration
    "generators": (
        """
        def outer():
            yield a
            yield from inner()
        def inner():
            yield b
        for f in outer():
            f()
        next(inner())()
        """,
        ">outer outer>inner >inner >a >b",
    ),
    "generator that is sent a function": (
        "def worker():\n    while True:\n        f = yield\n        f()\nit = worker()\nnext(it)\nit.send(a)",
        ">worker worker>a",
    ),
    "iterator protocol": (
        """
        class Jobs:
            def __iter__(self): return self
            def __next__(self): return a
        for f in Jobs():
            f()
        """,
        ">Jobs.__iter__ >Jobs.__next__ >a",
    ),
    "coroutines": (
        """
        import asyncio
        async def work():
            return a
        async def stream():
            yield b
        async def serve():
            (await work())()
            async for f in stream():
                f()
            for f in await asyncio.gather(work()):
                f()
        asyncio.run(serve())
        """,
        ">serve serve>work serve>stream serve>a serve>b",
    ),
    # arguments
    "keywords, rest and defaults": (
        """
        def run(first, *rest, last=c, **options):
            first()
            rest[0]()
            last()
            options["extra"]()
        def x(): pass
        run(a, b, extra=x)
        """,
        ">run run>a run>b run>c run>x",
    ),
    "star and double star": (
        """
        def pass_on(*args, **kwargs):
            target(*args, **kwargs)
        def target(x, y):
            y()
        pass_on(a, y=b)
        target(*(a, c))
        """,
        ">pass_on >target pass_on>target target>b target>c",
    ),
    "several stars": (
        "def run(x, y):\n    y()\nrun(*[a], *[b])\ndef last(x, y):\n    y()\nlast(*[a], c)",
        ">run run>a run>b >last last>a last>c",
    ),
    "partial": (
        "from functools import partial\ndef run(f, g):\n    f()\n    g()\npartial(run, a)(b)\n",
        ">run run>a run>b",
    ),
    # containers
    "literal keys and indices": (
        'd = {"x": a, 1: b}\nt = (a, c)\nd["x"]()\nt[1]()',
        ">a >c",
    ),
    "keys by name": (
        'KEY = "x"\nd = {KEY: a, "y": b}\ndef f():\n    key = "x"\n    d[key]()\nd[KEY]()\nf()',
        ">a >f f>a",
    ),
    "key given to a parameter": (
        'd = {"x": a, "y": b}\ndef f(key, other="y"):\n    d[key]()\nf("x")\nf(key="x")', ">f f>a",
    ),
    "key given by the default": (
        'd = {"x": a, "y": b}\ndef f(key="y"):\n    d[key]()\nf()', ">f f>b",
    ),
    "key that one call computes": (
        'import os\nd = {"x": a, "y": b}\ndef f(key):\n    d[key]()\nf("x")\nf(os.environ["k"])', ">f f>a f>b",
    ),
    "key given by nobody": ('d = {"x": a, "y": b}\ndef f(key):\n    d[key]()', "f>a f>b"),
    "a key that is bound twice may be any": (
        'import sys\nkey = "x"\nif sys.argv:\n    key = "y"\nd = {"x": a, "y": b}\nd[key]()',
        ">a >b",
    ),
    "slices keep places": ("fs = [a, b, c]\nfs[1:][0]()", ">b"),
    "slices from the end don't": ("fs = [a, b]\nfs[:-1][0]()", ">a >b"),
    "an index from the end": ("fs = [a]\nfs.append(b)\nfs[-1]()", ">a >b"),
    "concatenation": ("fs = [a] + [b]\nfs[1]()", ">b"),
    "extension": ("fs = [a]\nfs += [b]\nfs.extend([c])\nfs[1]()", ">b >c"),
    "moved elements": ("fs = [a, b]\nfs.insert(0, c)\nfs[1]()", ">a >b >c"),
    "removed element": ("fs = [a, b]\ndel fs[0]\nfs[0]()", ">a >b"),
    "spread": ('d = {"y": b, **{"x": a}}\nfs = [*[a], c]\nd["x"]()\nfs[1]()', ">a >c"),
    "dict with keywords": ('d = dict(x=a, **{"y": b})\nd["y"]()', ">b"),
    "comprehensions": (
        'd = {name: f for name, f in [("x", a)]}\nfs = [g for g in (b, c)]\nd["x"]()\n[f() for f in fs]',
        ">a >b >c",
    ),
    "nested": ('d = {"x": [{"y": a}, b]}\nd["x"][0]["y"]()', ">a"),
    "unpacking": ("f, (g, *rest) = a, (b, c)\ng()\nrest[0]()", ">b >c"),
    "views and methods": (
        """
        d = {"x": a}
        for name, f in d.items(): f()
        d.setdefault("y", b)()
        d.pop("z", c)()
        """,
        ">a >b >c",
    ),
    "match": (
        """
        def run(x):
            match x:
                case {"f": f}: f()
                case [g, *rest]: g()
        run({"f": a})
        run([b, c])
        """,
        ">run run>a run>b",
    ),
    # built-ins
    "built-ins that call": (
        """
        def key(x): x()
        sorted([a], key=key)
        for f in map(lambda x: b, [1]): f()
        for g in filter(c, [a]): g()
        """,
        ">key key>a ><lambda1> >b >c >a",
    ),
    "built-ins that pass on": (
        "for f in reversed([a]): f()\nfor n, g in enumerate([b]): g()\nfor n, h in zip([1], [c]): h()", ">a >b >c",
    ),
    "threads": ("import threading\nthreading.Thread(target=a).start()", ">a"),
    # dynamic
    "globals": ('globals()["a"]()\nglobals()["late"] = b\nlate()', ">a >b"),
    "getattr": (
        """
        class Handler:
            def on_open(self): pass
            def on_close(self): pass
            def other(self): pass
        def fire(event):
            getattr(Handler(), "on_" + event)()
        fire("open")
        for name in ("on_close",):
            getattr(Handler(), name)()
        getattr(Handler(), "missing", a)()
        """,
        ">fire fire>Handler.on_open >Handler.on_close >a",
    ),
    "setattr and vars": (
        'class Bag: pass\nbag = Bag()\nsetattr(bag, "f", a)\nbag.f()\nvars(bag)["f"]()', ">a",
    ),
    # variables assigned anew
    "assigned anew before use": ("f = a\nf = b\nf()", ">b"),
    "assigned anew in a branch": ("import sys\nf = a\nif sys.argv:\n    f = b\nf()", ">a >b"),
    "assigned anew in a loop": ("def run():\n    f = a\n    for _ in 1, 2:\n        f()\n        f = b\nrun()", ">run run>a run>b"),
    "assigned anew from itself": ("f = a\nf = f or b\nf()", ">a >b"),
    "parameter assigned anew": ("def run(f):\n    f = b\n    f()\nrun(a)", ">run run>b"),
    "assigned anew by another function": (
        "f = a\nf = b\ndef change():\n    global f\n    f = c\nchange()\nf()", ">change >a >b >c",
    ),
    # exceptions
    "raised class": (
        "class Broken(Exception):\n    def __init__(self): a()\ndef run():\n    raise Broken\nrun()",
        ">run run>Broken.__init__ Broken.__init__>a",
    ),
    "caught exception": (
        """
        class Broken(Exception):
            def explain(self): pass
        class Lost(Exception):
            def explain(self): pass
        KINDS = (Lost, ValueError)
        try:
            raise Broken()
        except Broken as error:
            error.explain()
        try:
            raise Lost("x") from a()
        except KINDS as error:
            error.explain()
        """,
        ">Broken.explain >Lost.explain >a",
    ),
    # context managers
    "with": (
        """
        class Opened:
            def __enter__(self): return a
            def __exit__(self, *problem): pass
        with Opened() as f:
            f()
        """,
        ">Opened.__enter__ >Opened.__exit__ >a",
    ),
    "contextmanager": (
        """
        from contextlib import contextmanager
        @contextmanager
        def opened():
            yield a
        with opened() as f:
            f()
        """,
        ">opened >a",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("program", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_edges_between_functions(program, expected, tmp_path):
    graph = graph_of(tmp_path, {"main.py": FUNCTIONS + textwrap.dedent(program)})
    assert own_edges(graph) == set(expected.split())


PACKAGES = {
    "relative imports and re-exports": (
        {
            "shop/__init__.py": "from .core import start",
            "shop/core.py": "from . import tools\nfrom .sub.deep import dive\ndef start():\n    tools.help()\n    dive()",
            "shop/tools.py": "def help(): pass",
            "shop/sub/__init__.py": "",
            "shop/sub/deep.py": "from ...shop.tools import help as aid\nfrom .. import tools\ndef dive():\n    aid()",
            "main.py": "import shop\nshop.start()",
        },
        {"main>shop.core.start", "shop.core.start>shop.tools.help", "shop.core.start>shop.sub.deep.dive",
         "shop.sub.deep.dive>shop.tools.help"},
    ),
    "submodule by its dotted name": (
        {"pkg/__init__.py": "", "pkg/mod.py": "def f(): pass", "main.py": "import pkg.mod\nimport pkg.mod as m\npkg.mod.f()\nm.f()"},
        {"main>pkg.mod.f"},
    ),
    "star import of public names": (
        {"one.py": "def shown(): pass\ndef _hidden(): pass", "main.py": "from one import *\nshown()\n_hidden()"},
        {"main>one.shown"},
    ),
    "star import of __all__, and the last one wins": (
        {
            "one.py": "__all__ = ['_kept', 'both']\ndef _kept(): pass\ndef both(): pass\ndef left_out(): pass",
            "two.py": "def both(): pass\ndef left_out(): pass",
            "main.py": "from one import *\nfrom two import *\n_kept()\nboth()\nleft_out()",
        },
        {"main>one._kept", "main>two.both", "main>two.left_out"},
    ),
    "star import of a star import": (
        {"one.py": "def f(): pass", "two.py": "from one import *", "main.py": "from two import *\nf()"},
        {"main>one.f"},
    ),
    "submodule that __all__ names": (
        {"pkg/__init__.py": "__all__ = ['mod']", "pkg/mod.py": "def f(): pass", "main.py": "from pkg import *\nmod.f()"},
        {"main>pkg.mod.f"},
    ),
    "import by a literal name": (
        {"plug.py": "def go(): pass", "main.py": "import importlib\nimportlib.import_module('plug').go()"},
        {"main>plug.go"},
    ),
    "module __getattr__": (
        {"lazy.py": "def __getattr__(name):\n    return real\ndef real(): pass", "main.py": "import lazy\nlazy.thing()"},
        {"main>lazy.__getattr__", "main>lazy.real"},
    ),
    "key imported from another module": (
        {"keys.py": "CART = 'cart'", "main.py": "import keys\nfrom keys import CART\ndef a(): pass\ndef b(): pass\nd = {'cart': a, 'x': b}\nd[CART]()\nd[keys.CART]()"},
        {"main>main.a"},
    ),
    "import inside a function and behind try": (
        {"one.py": "def f(): pass", "main.py": "def run():\n    from one import f\n    f()\ntry:\n    from one import f as g\nexcept ImportError:\n    g = None\nrun()\ng()"},
        {"main>main.run", "main.run>one.f", "main>one.f"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), PACKAGES.values(), ids=PACKAGES)
def test_edges_between_modules(files, expected, tmp_path):
    graph = graph_of(tmp_path, files)
    assert {f"{x}>{y}" for x, ys in graph.items() for y in ys if y in graph} == expected


def test_names_of_libraries_and_builtins(tmp_path):
    graph = graph_of(
        tmp_path,
        {
            "main.py": """
            import os.path
            import numpy as np
            from json import loads as read
            from things import Base
            class Own(Base):
                def go(self):
                    self.inherited()
            np.array([1]).sum()
            os.path.join("a")
            read(" ".join(["1"]).strip())
            {"a": 1}.items()
            [].append(len(set()))
            Own().go()
            """
        },
    )
    assert graph["main"] == [
        "<**PyDict**>.items", "<**PyList**>.append", "<**PyStr**>.join", "<builtin>.len", "<builtin>.set",
        "json.loads", "main.Own.go", "numpy.array", "numpy.array.sum", "os.path.join", "things.Base.__init__",
    ]  # fmt: skip
    assert graph["main.Own.go"] == ["things.Base.inherited"]


def test_a_closure_that_calls_its_maker_ends(tmp_path):
    program = (
        "def outer(f=None):\n    if f:\n        return f\n    def inner():\n        outer(inner)\n    return inner\n"
    )
    graph = graph_of(tmp_path, {"main.py": program})
    assert graph["main.outer.inner"] == ["main.outer"]


def test_functions_that_nobody_calls_are_analysed_too(tmp_path):
    graph = graph_of(tmp_path, {"main.py": "def a(): pass\ndef unused():\n    a()\n"})
    assert graph == {"main": [], "main.a": [], "main.unused": ["main.a"]}
