"""Programs as nobody writes them: damaged bytes, cut and shuffled pieces, deep nesting."""

import io
import random
import tokenize
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]
STRANGE = [
    b"\x00", b"\xff", b"\x0c", b"\r", b"\t", b"\\\n", b"'''", b'f"{', b"(" * 30, b"\xef\xbb\xbf", b"\xe2\x80\xae",
    b"# coding: latin-1\n", b"# coding: utf-16\n", b"\xed\xa0\x80", b"\xf0\x9f\x90\x8d", b"lambda: ", b"async ", b"await ",
    b"yield ", b"global x\n", b"nonlocal x\n", b"del ", b"*", b"**", b":=", b"match x:\n case _: ", b"class C[T]: pass\n",
    b"type X = int\n", b"@", b"import *", b"from . import x\n", b"__class__", b"super()", b"return\n", b"...", b"\\N{DASH}",
]  # fmt: skip


def flipped_bits(source: bytes, chance: random.Random) -> bytes:
    data = bytearray(source)
    for _ in range(chance.randint(1, 8)):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def cut(source: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(source) + 1) if chance.random() < 0.5 else 0
    return source[start : chance.randrange(start, len(source) + 1)]


def inserted(source: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(source) + 1)
        source = source[:at] + chance.choice(STRANGE) * chance.choice([1, 1, 1, 50]) + source[at:]
    return source


def shuffled_lines(source: bytes, chance: random.Random) -> bytes:
    lines = source.splitlines(keepends=True)
    for _ in range(chance.randint(1, 6)):
        if lines:
            line = lines.pop(chance.randrange(len(lines)))
            lines.insert(chance.randrange(len(lines) + 1), line)
    return b"".join(lines)


def shuffled_tokens(source: bytes, chance: random.Random) -> bytes:
    """Names and literals change places, so that the result mostly still parses."""
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(source).readline))
    except (SyntaxError, tokenize.TokenError, ValueError, SystemError):
        return source
    for kind in (tokenize.NAME, tokenize.OP, tokenize.NUMBER):
        at = [index for index, token in enumerate(tokens) if token.type == kind]
        for _ in range(chance.randint(0, 12)):
            if len(at) > 1:
                one, two = chance.sample(at, 2)
                tokens[one], tokens[two] = (
                    tokens[one]._replace(string=tokens[two].string),
                    tokens[two]._replace(string=tokens[one].string),
                )
    try:
        return tokenize.untokenize([(token.type, token.string) for token in tokens])
    except (ValueError, UnicodeError):
        return source


def nested(source: bytes, chance: random.Random) -> bytes:
    depth = chance.choice([10, 60, 150, 400, 3000])
    form = chance.randrange(8)
    head, tail = [
        (b"x = " + b"(" * depth + b"1" + b")" * depth, b""),
        (b"x = " + b"f(" * depth + b"1" + b")" * depth, b""),
        (b"x = a" + b".b" * depth, b""),
        (b"x = a" + b"[0]" * depth, b""),
        (b"x = " + b" + ".join([b"a"] * depth), b""),
        (b"x = " + b"lambda: " * depth + b"1", b""),
        (b"".join(b" " * level + b"def f():\n" for level in range(depth)) + b" " * depth + b"pass", b""),
        (b"if x: pass\n" + b"elif x: pass\n" * depth, b""),
    ][form]
    return source + b"\n" + head + tail + b"\n"


MUTATIONS: tuple[Mutation, ...] = (flipped_bits, cut, inserted, shuffled_lines, shuffled_tokens, nested)


def mutated(source: bytes, seed: int) -> bytes:
    """The source after one to three mutations, the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 3)):
        source = chance.choice(MUTATIONS)(source, chance)
    return source
