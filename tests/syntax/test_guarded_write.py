"""Every form of a guard, and every look-alike. The write in question stands on the line marked `# <-`."""

from __future__ import annotations

import textwrap

import pytest

from statelint.syntax.batch import Answer, Question, Verdict, answers

NONE = "only if `X` is None"
EMPTY = "only if `X` is empty"
KEY = "only if the key is absent"
AGAIN = "also refreshed later"

CONFIRMED = {
    "is None": ("X", NONE, "global X\nif X is None:\n    X = make()  # <-"),
    "None is": ("X", NONE, "global X\nif None is X:\n    X = make()  # <-"),
    "== None": ("X", NONE, "global X\nif X == None:\n    X = make()  # <-"),
    "not": ("X", EMPTY, "global X\nif not X:\n    X = make()  # <-"),
    "not, in place": ("X", EMPTY, "if not X:\n    X.extend(load())  # <-"),
    "not, in a loop": ("X", EMPTY, "if not X:\n    for k, v in rows():\n        X[k] = v  # <-"),
    "sentinel": ("X", "only if `X` is missing", "global X\nif X is _sentinel:\n    X = make()  # <-"),
    "MISSING": ("X", "only if `X` is missing", "global X\nif X is MISSING:\n    X = make()  # <-"),
    "ellipsis": ("X", "only if `X` is missing", "global X\nif X is ...:\n    X = make()  # <-"),
    "== ''": ("X", EMPTY, "global X\nif X == '':\n    X = make()  # <-"),
    "len == 0": ("X", EMPTY, "if len(X) == 0:\n    X.update(make())  # <-"),
    "not len": ("X", EMPTY, "if not len(X):\n    X.update(make())  # <-"),
    "in (None, '')": ("X", NONE, "global X\nif X in (None, ''):\n    X = make()  # <-"),
    "not in": ("X", KEY, "if key not in X:\n    X[key] = make(key)  # <-"),
    "not (in)": ("X", KEY, "if not (key in X):\n    X[key] = make(key)  # <-"),
    "not in keys()": ("X", KEY, "if key not in X.keys():\n    X[key] = make(key)  # <-"),
    "not in, other quotes": ("X", KEY, "if 'a' not in X:\n    X[ \"a\" ] = make()  # <-"),
    "not in, tuple": ("X", KEY, "if (a, b) not in X:\n    X[a,b] = make()  # <-"),
    "not in, add": ("X", KEY, "if key not in X:\n    X.add(key)  # <-"),
    "not in, update": ("X", KEY, "if key not in X:\n    X.update({key: 1})  # <-"),
    "not in, named key": ("X", KEY, "if (a, b) not in X:\n    key = (a, b)\n    X[key] = make()  # <-"),
    "not in, element's element": ("X", KEY, "if b not in X[a]:\n    X[a][b] = make()  # <-"),
    "has_key": ("X", KEY, "if not X.has(key):\n    X.set(key, make())  # <-"),
    "get is None": ("X", KEY, "if X.get(key) is None:\n    X[key] = make()  # <-"),
    "not get": ("X", KEY, "if not X.get(key):\n    X[key] = make()  # <-"),
    "item is None": ("X", KEY, "if X[key] is None:\n    X[key] = make()  # <-"),
    "get sentinel": ("X", KEY, "if X.get(key, MISSING) is MISSING:\n    X[key] = make()  # <-"),
    "awaited get": ("X", KEY, "v = await X.get(key)\nif v is None:\n    await X.set(key, make())  # <-"),
    "hasattr": ("obj.x", "only if `obj.x` is missing", "if not hasattr(obj, 'x'):\n    obj.x = make()  # <-"),
    "hasattr, setattr": (
        "obj.x",
        "only if `obj.x` is missing",
        "if not hasattr(obj, 'x'):\n    setattr(obj, 'x', make())  # <-",
    ),
    "in __dict__": (
        "obj.x",
        "only if `obj.x` is missing",
        "if 'x' not in obj.__dict__:\n    obj.x = make()  # <-",
    ),
    "in vars": ("obj.x", "only if `obj.x` is missing", "if 'x' not in vars(obj):\n    obj.x = make()  # <-"),
    "in globals": ("X", "only if `X` is missing", "global X\nif 'X' not in globals():\n    X = make()  # <-"),
    "getattr": (
        "obj.x",
        "only if `obj.x` is None",
        "if getattr(obj, 'x', None) is None:\n    obj.x = make()  # <-",
    ),
    "not getattr": (
        "obj.x",
        "only if `obj.x` is empty",
        "if not getattr(obj, 'x', None):\n    obj.x = make()  # <-",
    ),
    "and": ("X", NONE, "global X\nif enabled and X is None and more():\n    X = make()  # <-"),
    "or of two absences": ("X", NONE, "global X\nif X is None or X == '':\n    X = make()  # <-"),
    "or closed": ("X", NONE, "global X\nif X is None or X.closed:\n    X = connect()  # <-"),
    "not (is not None)": ("X", NONE, "global X\nif not (X is not None):\n    X = make()  # <-"),
    "else of is not None": (
        "X",
        NONE,
        "global X\nif X is not None:\n    use(X)\nelse:\n    X = make()  # <-",
    ),
    "else of in": ("X", KEY, "if key in X:\n    use(X)\nelse:\n    X[key] = make()  # <-"),
    "elif": ("X", NONE, "global X\nif other:\n    pass\nelif X is None:\n    X = make()  # <-"),
    "else of elif": ("X", KEY, "if other:\n    pass\nelif key in X:\n    pass\nelse:\n    X[key] = 1  # <-"),
    "one line": ("X", NONE, "global X\nif X is None: X = make()  # <-"),
    "after a semicolon": ("X", NONE, "global X\nif X is None: log(); X = make()  # <-"),
    "return if not None": (
        "X",
        NONE,
        "global X\nif X is not None:\n    return X\nX = make()  # <-\nreturn X",
    ),
    "return if key in": ("X", KEY, "if key in X:\n    return X[key]\nv = make()\nX[key] = v  # <-\nreturn v"),
    "return if X": ("X", EMPTY, "global X\nif X:\n    return X\nX = make()  # <-"),
    "return in an outer block": (
        "X",
        EMPTY,
        "global X\nif X:\n    return X\nwith lock:\n    X = make()  # <-",
    ),
    "return after more lines": ("X", EMPTY, "global X\nif X:\n    log()\n    return X\nX = make()  # <-"),
    "raise if X": ("X", EMPTY, "global X\nif X:\n    raise Twice\nX = make()  # <-"),
    "continue if key in": (
        "X",
        KEY,
        "for key in keys:\n    if key in X:\n        continue\n    X[key] = make()  # <-",
    ),
    "else leaves": ("X", NONE, "global X\nif X is None:\n    log()\nelse:\n    return X\nX = make()  # <-"),
    "both ways leave": (
        "X",
        EMPTY,
        "global X\nif X:\n    if a:\n        return 1\n    else:\n        return 2\nX = make()  # <-",
    ),
    "return under a lock": (
        "X",
        KEY,
        "with lock:\n    if key in X:\n        return X[key]\nX[key] = make()  # <-",
    ),
    "assert": ("X", NONE, "global X\nassert X is None\nX = make()  # <-"),
    "while": ("X", NONE, "global X\nwhile X is None:\n    X = make()  # <-"),
    "KeyError": ("X", KEY, "try:\n    return X[key]\nexcept KeyError:\n    X[key] = make()  # <-"),
    "KeyError, then": (
        "X",
        KEY,
        "try:\n    return X[key]\nexcept KeyError:\n    pass\nX[key] = make()  # <-",
    ),
    "KeyError, else": (
        "X",
        KEY,
        "try:\n    v = X[key]\nexcept KeyError:\n    pass\nelse:\n    return v\nX[key] = make()  # <-",
    ),
    "KeyError, local": ("X", KEY, "try:\n    v = X[key]\nexcept KeyError:\n    v = X[key] = make()  # <-"),
    "KeyError, None": (
        "X",
        KEY,
        "try:\n    v = X[key]\nexcept KeyError:\n    v = None\nif v is None:\n    X[key] = make()  # <-",
    ),
    "LookupError": ("X", KEY, "try:\n    return X[key]\nexcept LookupError:\n    X[key] = make()  # <-"),
    "tuple of errors": (
        "X",
        KEY,
        "try:\n    v = X[key]\nexcept (KeyError, TypeError):\n    X[key] = make()  # <-",
    ),
    "bare except": ("X", KEY, "try:\n    return X[key]\nexcept:\n    X[key] = make()  # <-"),
    "suppress": ("X", KEY, "with suppress(KeyError):\n    return X[key]\nX[key] = make()  # <-"),
    "AttributeError": (
        "self._db",
        "only if `self._db` is missing",
        "try:\n    return self._db\nexcept AttributeError:\n    self._db = make()  # <-",
    ),
    "NameError": (
        "X",
        "only if `X` is missing",
        "global X\ntry:\n    return X\nexcept NameError:\n    X = make()  # <-",
    ),
    "copy is None": (
        "X",
        KEY,
        "v = X.get(key)\nif v is None:\n    v = make()\n    X[key] = v  # <-\nreturn v",
    ),
    "copy, return": ("X", KEY, "v = X.get(key)\nif v:\n    return v\nX[key] = v = make()  # <-"),
    "copy of X": ("X", "only if `X` is None", "global X\nv = X\nif v is None:\n    X = v = make()  # <-"),
    "copied container": ("self._c", KEY, "c = self._c\nif key not in c:\n    c[key] = make()  # <-"),
    "copied condition": ("X", KEY, "new = key not in X\nif new:\n    X[key] = make()  # <-"),
    "walrus": ("X", KEY, "if (v := X.get(key)) is None:\n    X[key] = v = make()  # <-"),
    "walrus, return": ("X", KEY, "if v := X.get(key):\n    return v\nX[key] = make()  # <-"),
    "double-checked": (
        "X",
        NONE,
        "global X\nif X is None:\n    with lock:\n        if X is None:\n            X = make()  # <-",
    ),
    "checked under the lock": (
        "X",
        NONE,
        "global X\nasync with lock:\n    if X is None:\n        X = make()  # <-",
    ),
    "X or": ("X", EMPTY, "global X\nX = X or make()  # <-"),
    "get or": ("X", KEY, "X[key] = X.get(key) or make()  # <-"),
    "conditional expression": ("X", EMPTY, "global X\nX = X if X else make()  # <-"),
    "conditional, turned": ("X", NONE, "global X\nX = make() if X is None else X  # <-"),
    "setdefault": ("X", KEY, "return X.setdefault(key, make())  # <-"),
    "setdefault, used": ("X", KEY, "X.setdefault(key, make()).run()  # <-"),
    "short circuit and": ("X", KEY, "key not in X and X.add(key)  # <-"),
    "short circuit or": ("X", KEY, "key in X or X.add(key)  # <-"),
    "comprehension": ("X", KEY, "[X.append(k) for k in keys if k not in X]  # <-"),
    "loop over what is missing": (
        "X",
        KEY,
        "todo = [k for k in keys if k not in X]\nfor k in todo:\n    X[k] = make(k)  # <-",
    ),
    "match None": ("X", NONE, "global X\nmatch X:\n    case None:\n        X = make()  # <-"),
    "match, others leave": (
        "X",
        NONE,
        "global X\nmatch X:\n    case None:\n        pass\n    case _:\n        return X\nX = make()  # <-",
    ),
    "no such element": (
        "X",
        "only if no such element is there",
        "if not any(i.a == a for i in X):\n    X.append(a)  # <-",
    ),
    "the flag": ("_up", "only if `_up` is empty", "global _up\nif not _up:\n    run()\n    _up = True  # <-"),
    "others inside the flag": (
        "X",
        "only until `_up` is set",
        "global _up\nif not _up:\n    X.append(run())  # <-\n    _up = True",
    ),
    "flag of the object": (
        "self.x",
        "only until `self._up` is set",
        "if self._up:\n    return\nself._up = True\nself.x = make()  # <-",
    ),
    "whole function": (
        "X",
        "only until `loaded` is set",
        "global loaded\nif loaded: return\nX.update(load())  # <-\nloaded = True",
    ),
    "class attribute": (
        "cls._instance",
        "only if `cls._instance` is None",
        "if cls._instance is None:\n    cls._instance = object.__new__(cls)  # <-",
    ),
    "class through self": (
        "cls._i",
        "only if `cls._i` is None",
        "if type(self)._i is None:\n    self.__class__._i = make()  # <-",
    ),
    "any receiver": (
        ".db",
        "only if `app.state.db` is None",
        "if app.state.db is None:\n    app.state.db = make()  # <-",
    ),
    "dotted": (
        "app.state.db",
        "only if `app.state.db` is missing",
        "if not hasattr(app.state, 'db'):\n    app.state.db = make()  # <-",
    ),
    "of a module": (
        "module.X",
        "only if `module.X` is None",
        "if module.X is None:\n    module.X = make()  # <-",
    ),
    "named otherwise here": ("settings.X", KEY, "if key not in X:\n    X[key] = make()  # <-"),
    "white space": (
        "self . _db",
        "only if `self . _db` is None",
        "if self._db is None:\n    self._db = make()  # <-",
    ),
}

REFUTED = {
    "none": ("X", "no guard", "X[key] = make()  # <-"),
    "other condition": ("X", "no guard", "if other:\n    X[key] = make()  # <-"),
    "other key": ("X", "no guard", "if a not in X:\n    X[b] = make()  # <-"),
    "key set again": ("X", "no guard", "if key not in X:\n    key = other()\n    X[key] = make()  # <-"),
    "other holder": ("X", "no guard", "if key not in Y:\n    X[key] = make()  # <-"),
    "has a value": ("X", "no guard", "global X\nif X is not None:\n    X = make()  # <-"),
    "key is there": ("X", "no guard", "if key in X:\n    X[key] += 1  # <-"),
    "else of is None": ("X", "no guard", "global X\nif X is None:\n    pass\nelse:\n    X = make()  # <-"),
    "made, then written": ("X", "no guard", "if key not in X:\n    X[key] = []\nX[key].append(1)  # <-"),
    "setdefault, then written": ("X", "no guard", "X.setdefault(key, []).append(1)  # <-"),
    "after a guard without exit": (
        "X",
        "no guard",
        "global X\nif X is not None:\n    log()\nX = make()  # <-",
    ),
    "exit of an inner loop": (
        "X",
        "no guard",
        "for a in b:\n    for key in a:\n        if key in X:\n            break\n    X[key] = 1  # <-",
    ),
    "expiry": ("X", AGAIN, "global X\nif X is None or time.time() - t > TTL:\n    X = make()  # <-"),
    "force": ("X", AGAIN, "global X\nif force or not X:\n    X = make()  # <-"),
    "fresh, return": ("X", AGAIN, "if key in X and fresh(X[key]):\n    return X[key]\nX[key] = make()  # <-"),
    "expiry in the value": ("X", AGAIN, "global X\nX = X if X and not old else make()  # <-"),
    "other error": ("X", "no guard", "try:\n    return X[key]\nexcept OSError:\n    X[key] = make()  # <-"),
    "look-up elsewhere": (
        "X",
        "no guard",
        "try:\n    return Y[key]\nexcept KeyError:\n    X[key] = make()  # <-",
    ),
    "any error of more": (
        "X",
        "no guard",
        "try:\n    v = fetch(X[key])\nexcept Exception:\n    X[key] = None  # <-",
    ),
    "body of the try": ("X", "no guard", "try:\n    X[key] = make()  # <-\nexcept KeyError:\n    pass"),
    "flag never set": ("X", "no guard", "if not verbose:\n    X.append(1)  # <-"),
    "flag of this call": (
        "X",
        "no guard",
        "done = False\nif not done:\n    X.append(1)  # <-\n    done = True",
    ),
    "flag of the request": (
        "X",
        "no guard",
        "if not request.seen:\n    X.append(1)  # <-\n    request.seen = True",
    ),
    "flag cleared": ("X", "no guard", "global up\nif not up:\n    X.append(1)  # <-\n    up = False"),
    "copy set on one way": (
        "X",
        "no guard",
        "v = None\nif a:\n    v = X.get(key)\nif v is None:\n    X[key] = 1  # <-",
    ),
    "copy of another": ("X", "no guard", "v = Y.get(key)\nif v is None:\n    X[key] = 1  # <-"),
    "state machine": ("X", "no guard", "global X\nif X == RUNNING:\n    X = STOPPED  # <-"),
    "inner function": ("X", "no guard", "if not X:\n    def inner():\n        X.append(1)  # <-"),
    "counter": ("X", "no guard", "X[key] = X.get(key, 0) + 1  # <-"),
    "match other": ("X", "no guard", "global X\nmatch X:\n    case 1:\n        X = 2  # <-"),
    "length limit": ("X", "no guard", "if len(X) < 10:\n    X.append(1)  # <-"),
}


def ask(subject: str, body: str, head: str = "async def f(self, key, request):") -> Answer:
    """Place the body in a function of a class among other code, and ask about its marked line."""
    code = f"import os\n\nclass C:\n    {head}\n{textwrap.indent(body, '        ')}\n\nY = {{}}\n"
    line = next(number for number, text in enumerate(code.split("\n"), 1) if "# <-" in text)
    question = Question("guarded_write", line, 0, subject)
    return answers(code, [question])[question]


@pytest.mark.parametrize(("subject", "note", "body"), CONFIRMED.values(), ids=CONFIRMED)
def test_write_runs_for_the_first_time_only(subject, note, body):
    assert ask(subject, body) == Answer(Verdict.CONFIRMED, note)


@pytest.mark.parametrize(("subject", "note", "body"), REFUTED.values(), ids=REFUTED)
def test_write_runs_again(subject, note, body):
    assert ask(subject, body) == Answer(Verdict.REFUTED, note)


def test_flag_that_another_function_sets_is_left_open():
    answer = ask("X", "if _loaded:\n    return\nX.append(1)  # <-")
    assert answer == Answer(Verdict.UNKNOWN, "only until `_loaded` is set, which this function doesn't do")


def test_key_that_another_container_remembers_is_left_open():
    body = "if key in self._seen:\n    return\nself._seen.add(key)\nself.x.append(key)  # <-"
    assert ask("self.x", body) == Answer(Verdict.UNKNOWN, "only until the key is in `self._seen`")


def test_class_named_in_full_is_the_class_of_the_method():
    answer = ask("C._i", "if cls._i is None:\n    C._i = make()  # <-")
    assert answer == Answer(Verdict.CONFIRMED, "only if `C._i` is None")


def test_module_level_code():
    question = Question("guarded_write", 2, 5, "X")
    assert answers("if X is None:\n    X = 1\n", [question])[question].note == NONE


@pytest.mark.parametrize(
    ("column", "verdict"), [(19, Verdict.CONFIRMED), (26, Verdict.REFUTED), (42, Verdict.CONFIRMED)]
)
def test_column_chooses_among_writes_of_one_line(column, verdict):
    code = "def f(k):\n    'é'; a = 1; X = X or 1; X.append(2); X.setdefault(k, 1)\n"
    written = code.split("\n")[1].encode()
    column = {
        19: written.index(b"X = X"),
        26: written.index(b"X.append"),
        42: written.index(b"X.setdefault"),
    }[column] + 1
    question = Question("guarded_write", 2, column, "X")
    assert answers(code, [question])[question].verdict is verdict


def test_elif_walrus_write_by_column():
    code = "def f():\n    if a:\n        pass\n    elif X is None and (X := make()):\n        pass\n"
    question = Question("guarded_write", 4, code.split("\n")[3].index("X :=") + 1, "X")
    assert answers(code, [question])[question].note == NONE
