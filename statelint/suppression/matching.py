"""Which finding of one program is which of another state of it: lines move, code is reformatted, files are renamed."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

import msgspec

from statelint.domain.findings import Finding

LOOKS = re.compile(r"""[\s'",()\\]""")  # what a formatter changes
COMMENT = re.compile(r"(^|\s)#.*$")
OWN = "*"  # stands for the name of the state object


class Sign(msgspec.Struct, frozen=True):
    """What a finding is known by. `inner` is its symbol inside its file; `content` and `writers` are digests."""

    fingerprint: str
    code: str
    path: str
    inner: str
    content: str
    writers: str


PASSES: tuple[Callable[[Sign], Hashable], ...] = (
    lambda sign: (sign.fingerprint, sign.path, sign.content),  # of several in one function, the same one
    lambda sign: sign.fingerprint,
    lambda sign: (sign.code, sign.inner, sign.content, sign.writers),  # in a file with another name
    lambda sign: (sign.code, sign.inner, sign.content),
    lambda sign: (sign.code, sign.inner, sign.writers),
    lambda sign: (sign.code, sign.path, sign.content, sign.writers),  # under another name in its file
)


def sign_of(finding: Finding, lines_of: Callable[[str], Sequence[str]]) -> Sign:
    """The sign of a finding in a program with these texts."""
    path, symbol = finding.place.path, finding.symbol
    inner = inner_symbol(path, symbol)
    lines = lines_of(path)
    line = lines[finding.place.line - 1] if 0 < finding.place.line <= len(lines) else ""
    writers = sorted({inner_symbol(one.place.path, one.function) for one in finding.writes})
    return Sign(
        finding.fingerprint, finding.code, path, inner, _digest(_content(line, symbol)), _digest("\n".join(writers))
    )


def inner_symbol(path: str, symbol: str) -> str:
    """A symbol without the name that its file gives it: `CARTS` of `shop.store.CARTS`."""
    if symbol.startswith(f"{path}:"):
        return symbol[len(path) + 1 :]
    parts = path.rpartition(".")[0].removesuffix("/__init__").split("/")
    for start in range(len(parts)):
        module = ".".join(parts[start:])
        if symbol == module or symbol.startswith(f"{module}."):
            return symbol[len(module) + 1 :]
    return symbol


def matches(known: Sequence[Sign], found: Sequence[Sign]) -> dict[int, int]:
    """Which of the known ones each of the found ones is, by position; the surest evidence is asked first."""
    result: dict[int, int] = {}
    left = dict.fromkeys(range(len(known)))
    for key in PASSES:
        by_key: dict[Hashable, list[int]] = defaultdict(list)
        for at in left:
            by_key[key(known[at])].append(at)
        for at, sign in enumerate(found):
            if at not in result and (candidates := by_key.get(key(sign))):
                result[at] = candidates.pop(0)
                del left[result[at]]
        if not left:
            break
    return result


def _content(line: str, symbol: str) -> str:
    name = re.escape(re.split(r"[.:]", symbol)[-1])
    return LOOKS.sub("", re.sub(rf"(?<!\w){name}(?!\w)", OWN, COMMENT.sub("", line)))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=6).hexdigest()


def signs_of(findings: Iterable[Finding], lines_of: Callable[[str], Sequence[str]]) -> list[Sign]:
    """The signs of findings, in their order."""
    return [sign_of(finding, lines_of) for finding in findings]
