"""Remedies run with the real libraries and a real Redis server, by two processes that must act as one application."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from statelint.catalogue.load import load_rules
from tests.network import need_package_index
from tests.rules.remedies import caches, data, django_cache, jobs, limits, locks, messages, sessions, tokens
from tests.rules.remedies.proof import Proof
from tests.rules.remedies.redis_server import redis_server
from tests.rules.remedies.replicas import RefusedError, replicas

TOPICS = [sessions, messages, caches, data, jobs, tokens, django_cache, limits, locks]
PROVED = {proof.name for topic in TOPICS for proof in topic.PROOFS}
TO_PROVE = ("STL202", "STL203", "STL303", "STL304", "STL601", "STL602")  # and what else names Redis
PINS = (701, 702, 703, 704, 705, 802)
NOT_RUN = {
    "STL202 installations and OAuth states in the database": "needs PostgreSQL",
    "STL203 the key from the environment, old keys still accepted": "names two settings of Django",
    "STL501 Celery beat, as exactly one process": "a turn takes a day",
    "STL501 beats that compete for a lock in Redis": "a turn takes a day",
    "STL502 Dramatiq over Redis": "STL504 runs it with results",
    "STL502 Huey over Redis": "STL504 runs it with results",
    "STL502 a queue with workers": "STL504 runs it with results",
    "STL502 sent after the transaction, done by a worker": "STL504 runs the worker; the transaction is Django's",
    **dict.fromkeys(
        [f"STL{code} sessions in Redis, then the pin can go" for code in PINS]
        + [f"STL{code} what replicas share, in Redis" for code in PINS],
        "STL202 and STL201 run it",
    ),
}


def name_of(topic: ModuleType) -> str:
    return topic.__name__.rpartition(".")[2]


def install(folder: Path, packages: set[str]) -> Path:
    """The interpreter of a fresh environment with these packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile", *sorted(packages)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    return python


def once(proofs: list[Proof]) -> Iterator[Proof]:
    """Some rules share a remedy, line by line."""
    seen = set()
    for proof in proofs:
        key = (proof.programs(), proof.shows)
        if key not in seen:
            seen.add(key)
            yield proof


def packages_of(topic: ModuleType) -> set[str]:
    named = {*topic.PACKAGES, *topic.WRONG.packages}
    for proof in topic.PROOFS:
        remedy = proof.remedy()
        named |= {*remedy.packages, *proof.packages}
    return named


def failure(proof: Proof, python: Path, folder: Path, redis: str) -> Iterator[str]:
    """What went wrong, if anything."""
    environment = {"REDIS_URL": redis, "BROKER_URL": redis}
    try:
        with replicas(*proof.programs(), python=python, folder=folder, environment=environment) as started:
            proof.shows(*started)
    except (AssertionError, RefusedError, OSError, pytest.fail.Exception) as error:
        yield f"{proof.name}: {type(error).__name__}: {error}"


@pytest.mark.network
@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS, ids=name_of)
def test_two_replicas_with_the_remedy_act_as_one(topic, tmp_path):
    need_package_index(tmp_path)
    with redis_server(tmp_path / "redis") as redis:
        python = install(tmp_path / "venv", packages_of(topic))
        failures = [
            line
            for number, proof in enumerate(once(topic.PROOFS))
            for line in failure(proof, python, tmp_path / str(number), f"{redis}{number}")
        ]
        wrong = list(failure(topic.WRONG, python, tmp_path / "wrong", f"{redis}150"))
    assert not failures, "\n".join(failures)
    assert wrong, "state in the process was not noticed"
    assert "AssertionError" in wrong[0] or "Signature" in wrong[0]


def test_what_is_not_run_says_why():
    remedies = {f"{rule.id} {remedy.title}": remedy for rule in load_rules() for remedy in rule.remedy}
    assert not PROVED - set(remedies)
    to_run = {
        name for name, remedy in remedies.items()
        if name.startswith(TO_PROVE) or "redis" in str(remedy.packages)
    }  # fmt: skip
    assert to_run - PROVED == set(NOT_RUN)
