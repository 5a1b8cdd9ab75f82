"""Places, broken files and bounds of the formats."""

import builtins
import io
import time

import pytest

from statelint.app.loading import Choice
from statelint.app.pipeline import check_sources
from statelint.deployment.judge import Judge
from statelint.deployment.registry import formats, read_deployment
from statelint.deployment.rows import load_affinity
from statelint.sources.deployment_files import LARGEST, has_deployment_name
from statelint.sources.read import decode
from tests.fixtures.test_fixtures import ROOT
from tests.mutations import mutated
from tests.witness import sources

FIXTURES = sorted(path for path in (ROOT / "deployment").rglob("*") if path.is_file())


def only(path, text):
    findings = check_sources({path: text}).findings
    assert len(findings) == 1
    return findings[0]


@pytest.mark.parametrize(
    ("path", "text", "line", "column", "end_column"),
    [
        ("nginx.conf", "upstream é {\n  ip_hash;\n}\n", 2, 3, 10),
        ("nginx.conf", "upstream a { server é:80; ip_hash; }\n", 1, 27, 34),
        ("nginx.conf", "\ufeffupstream a {\r\n\thash  $remote_addr;\r\n}\r\n", 2, 2, 20),
        ("haproxy.cfg", "backend a\n  balance  source # x\n  server a é:80\n", 2, 3, 18),
        ("k8s.yaml", "apiVersion: v1\nkind: Service\nspec: {x: é, sessionAffinity: ClientIP}\n", 3, 14, 39),
        ("main.tf", 'resource "cloudflare_load_balancer" "é" {\n  session_affinity = "cookie"\n}\n', 2, 3, 30),
        ("a.toml", '[http.services."é".loadBalancer.sticky.cookie]\n', 1, 1, 46),
    ],
)
def test_places_are_exact_and_count_characters(path, text, line, column, end_column):
    place = only(path, text).place
    assert (place.line, place.column, place.end_line, place.end_column) == (line, column, line, end_column)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("nginx.conf", "upstream a {\n  ip_hash;\n", 1),
        ("nginx.conf", "upstream a {\n  ip_hash;\n}\n}\n", 4),
        ("k8s.yaml", "apiVersion: v1\nkind: Service\nspec:\n  sessionAffinity: [ClientIP\nx: y\n", 5),
        ("httpd.conf", "<Proxy balancer://a>\nProxySet stickysession=x\n", 1),
        ("Caddyfile", "a.test {\n  reverse_proxy a:80 {\n  lb_policy cookie\n}\n", 1),
        ("fly.toml", 'app = "a"\n[http_service\nmounts = 1\n', 2),
        ("main.tf", 'resource "aws_lb" "a" {\n  name = = "x"\n}\n', 2),
        ("app.bicep", "resource a 'Microsoft.Web/sites@2023-01-01' = {\n  name: [\n}\n", 2),
    ],
)
def test_broken_file_is_reported_with_its_line(path, text, line):
    problems = check_sources({path: text}).problems
    assert [(one.code, one.place.path, one.place.line) for one in problems] == [("STL001", path, line)]


def test_blocks_around_a_broken_one_are_judged():
    pin = 'resource "cloudflare_load_balancer" "a" {\n  session_affinity = "cookie"\n}\n'
    report = check_sources(
        {"main.tf": f'{pin}resource "aws_lb" "b" {{\n  name = = "x"\n}}\n{pin.replace("cookie", "ip_cookie")}'}
    )
    assert [finding.place.line for finding in report.findings] == [2, 8]
    assert [problem.place.line for problem in report.problems] == [5]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("notes.yaml", "sticky: [unclosed\n"),
        ("data.json", '{"sticky": \n'),
        ("any.conf", "sticky { balance\n"),
        ("chart/templates/x.yaml", "apiVersion: v1\nkind: Service\n{{- define }}\n  : [\n{{ end }}sessionAffinity\n"),
        ("guide.md", "```nginx\nupstream a { ip_hash; }\n```\n"),
    ],
)
def test_file_that_is_of_no_format_or_a_template_is_left_alone(path, text):
    report = check_sources({path: text})
    assert not report.problems
    assert not report.findings


def test_bomb_of_aliases_is_bounded():
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    text = f"apiVersion: v1\nkind: Service\nspec: {{sessionAffinity: ClientIP}}\na0: &a0 sticky\n{levels}"
    started = time.monotonic()
    assert only("k8s.yaml", text).place.line == 3
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "text", [" " * 60_000, "services:\n" + "\n" * 60_000, "services" + " " * 60_000, "; location x" * 20_000]
)
def test_what_is_of_no_format_is_passed_over_in_one_go(text):
    started = time.monotonic()
    for path in ("a.conf", "a.hcl", "a.json", "a.service", "a.yaml", "Makefile"):
        assert [known.name for known in formats().values() if known.recognise(path, text)] in ([], ["pipelines"])
    assert time.monotonic() - started < 5


def test_nothing_is_constructed_or_opened(monkeypatch, tmp_path):
    opened = []
    real = builtins.open
    for module in (builtins, io):
        monkeypatch.setattr(module, "open", lambda *args, **kwargs: (opened.append(args[0]), real(*args, **kwargs))[1])
    made = tmp_path / "made"
    report = check_sources(
        {
            "nginx.conf": "include /etc/host*;\nupstream a { ip_hash; }\n",
            "k8s.yaml": "apiVersion: v1\nkind: Service\nspec:\n"
            f"  x: !!python/object/apply:os.mkdir [{str(made)!r}]\n"
            "  y: !include /etc/passwd\n  sessionAffinity: ClientIP\n",
            "main.tf": 'resource "cloudflare_load_balancer" "a" {\n  x = file("/etc/passwd")\n'
            '  session_affinity = "cookie"\n}\n',
        }
    )
    assert len(report.findings) == 3
    assert not made.exists()
    assert not [path for path in opened if str(path).startswith("/etc/")]


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: str(file.relative_to(ROOT)))
def test_damaged_files_are_judged_or_reported(file):
    path = file.relative_to(ROOT / "deployment").as_posix()
    judge = Judge(load_affinity())
    for seed in range(12):
        started = time.monotonic()
        documents, refused = read_deployment([(path, decode(mutated(file.read_bytes(), seed)))])
        assert all(hit.setting.place.line >= 1 for document in documents for hit in judge.hits(document))
        assert all(error.line >= 1 and error.reason for _, error in refused)
        assert time.monotonic() - started < 10


@pytest.mark.parametrize("name", sorted(formats()))
def test_each_format_recognises_its_own_fixtures_and_reads_objects(name):
    texts = [text for folder in (ROOT / "deployment" / name).iterdir() for text in sources(folder).items()]
    assert any(formats()[name].recognise(*one) for one in texts)


def test_names_and_words_decide_what_is_read():
    assert has_deployment_name("compose.yaml")
    assert has_deployment_name("Dockerfile.web")
    assert not has_deployment_name("package-lock.json")
    assert not has_deployment_name("README.md")
    choice = Choice()
    assert choice.is_read("a.yaml", b"sessionAffinity: ClientIP")
    assert choice.is_read("Dockerfile", b"FROM python")
    assert not choice.is_read("a.yaml", b"title: notes")
    assert not choice.is_read("a.yaml", b"sessionAffinity" * LARGEST)
