"""Variables of Compose files: what is given is literal, and what is not is named."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.deployment.interpolation import interpolated
from statelint.domain.words import Severity

LABELS = (
    "services:\n  web:\n    image: x\n    labels:\n    - traefik.http.services.w.loadbalancer.sticky.cookie={value}\n"
)


@pytest.mark.parametrize(
    ("text", "value", "decided_by"),
    [
        ("plain", "plain", ""),
        ("$$HOME", "$HOME", ""),
        ("$A", "1", ""),
        ("${A}", "1", ""),
        ("x${A}y", "x1y", ""),
        ("${A:-2}", "1", ""),
        ("${A:?say}", "1", ""),
        ("${A:+yes}", "yes", ""),
        ("${EMPTY:-2}", "2", ""),
        ("${EMPTY-2}", "", ""),
        ("${EMPTY:+yes}", "", ""),
        ("${EMPTY+yes}", "yes", ""),
        ("$B", "", "$B"),
        ("${B}", "", "$B"),
        ("${B:-2}", "2", "$B"),
        ("${B-2}", "2", "$B"),
        ("${B:?say so}", "", "$B"),
        ("${B:-${A}}", "1", "${B:-${A}}"),
        ("${B}-${C:-3}", "-3", "${B}-${C:-3}"),
        ("100$", "100$", ""),
        ("${", "${", ""),
        ("$1", "$1", ""),
        ("${:-x}", "", "${:-x}"),
        ("${(}", "", "${(}"),
        ("${" * 50 + "}" * 50, None, None),
        ("${A:-" * 50 + "}" * 50, "1", ""),
        ("${A}${${A}", "1${1", ""),
        ("}${A}", "}1", ""),
        ("${" * 20_000, "${" * 20_000, ""),
    ],
)
def test_variables_are_replaced(text, value, decided_by):
    found = interpolated(text, {"A": "1", "EMPTY": ""})
    assert found == (value, decided_by) or value is None


@pytest.mark.parametrize(
    ("value", "files", "expected"),
    [
        ("${STICKY:-false}", {".env": "STICKY=true\n"}, [Severity.WARNING]),
        ("${STICKY:-true}", {".env": "STICKY=false\n"}, []),
        ("${STICKY:-true}", {".env": "A=1\nexport STICKY='false' # no\n"}, []),
        ("${STICKY:-true}", {".env": "STICKY=true\nSTICKY=false\n"}, []),
        ("${STICKY:-true}", {"other/.env": "STICKY=false\n"}, [Severity.INFO]),
        ("${STICKY:-true}", {"web.env": "STICKY=false\n"}, [Severity.INFO]),
        ("${STICKY:-true}", {".env": "STICKY=${OTHER}\n"}, [Severity.INFO]),
        ("${A:-${STICKY:-true}}", {".env": "STICKY=false\n"}, [Severity.INFO]),
        ("${STICKY-false}", {}, []),
        ("${STICKY:?say}", {}, [Severity.INFO]),
    ],
)
def test_file_of_variables_beside_it_decides(value, files, expected):
    found = check_sources({"compose.yaml": LABELS.format(value=value), **files}).findings
    assert [one.severity for one in found] == expected
    assert {(one.place.path, one.place.line) for one in found} <= {("compose.yaml", 5)}


def test_place_of_the_value_is_told():
    files = {"compose.yaml": LABELS.format(value="${STICKY}"), ".env": "STICK=1\nSTICKY=true\n"}
    assert check_sources(files).findings[0].why.endswith("Its value is given at .env:2.")


@pytest.mark.parametrize("text", ["=\n", "A\n", "'A=1\n", "\x00=1\n", "A=" + "x" * 10_000 + "\n", "export\n"])
def test_odd_files_of_variables_are_passed_over(text):
    report = check_sources({"compose.yaml": LABELS.format(value="${STICKY:-true}"), ".env": f"B=1\n{text}"})
    assert len(report.findings) == 1
    assert not report.problems
