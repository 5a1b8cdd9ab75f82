"""Damaged programs are fixed or left alone, and what parsed before parses after."""

import ast

import pytest

from tests.fixes.test_properties import PROGRAMS
from tests.fixing import fixed
from tests.mutations import mutated


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_damaged_programs_stay_programs(name):
    for seed in range(5):
        files = {path: mutated(text.encode(), seed) for path, text in PROGRAMS[name][1].items()}
        after, _, _ = fixed(files)
        for path, data in files.items():
            if path.endswith(".py") and parses(data):
                assert parses(after[path])


def parses(data):
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
