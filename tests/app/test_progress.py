"""The progress bar: late, seldom, and gone at the end."""

import io
import time

import pytest

from statelint.app import progress
from statelint.app.progress import Bar, Silent, progress_for_terminal


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_short_run_shows_nothing(clock):
    stream = io.StringIO()
    bar = Bar(stream)
    bar.start("reading", 10)
    clock[0] += 0.9
    bar.advance(5)
    bar.close()
    assert stream.getvalue() == ""


def test_long_run_shows_how_far_it_is_and_cleans_up(clock):
    stream = io.StringIO()
    bar = Bar(stream)
    bar.start("reading", 10)
    clock[0] += 1.1
    bar.advance(5)
    bar.advance(1)
    shown = stream.getvalue()
    bar.close()
    assert shown == f"\r\x1b[2Kreading [{'#' * 15}{'.' * 15}] 5/10"
    assert stream.getvalue() == shown + "\r\x1b[2K"


def test_stage_of_unknown_length_is_drawn_by_the_timer(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.02)
    stream = io.StringIO()
    bar = Bar(stream)
    bar.start("linking", 0)
    deadline = time.monotonic() + 5
    while "linking" not in stream.getvalue() and time.monotonic() < deadline:
        time.sleep(0.01)
    bar.close()
    assert "###" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_only_a_terminal_gets_a_bar(monkeypatch):
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert isinstance(progress_for_terminal(), Silent)
