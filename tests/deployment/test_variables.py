"""Inputs that decide are followed where they are literal, and named where they are not."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.domain.words import Confidence, Severity

TF = 'resource "cloudflare_load_balancer" "a" {{\n  session_affinity = {value}\n}}\n'
CFN = (
    "Parameters:\n  P:\n    Type: String\n{default}Resources:\n  A:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n"
    "    Properties:\n      TargetGroupAttributes: [{{Key: stickiness.enabled, Value: !Ref P}}]\n"
)
CONDITION = (
    "Resources:\n  A:\n    Type: AWS::ElasticLoadBalancingV2::TargetGroup\n"
    "    Properties:\n      TargetGroupAttributes: {value}\n"
)
COMPOSE = (
    "services:\n  web:\n    image: x\n    labels:\n      traefik.http.services.w.loadbalancer.sticky.cookie: {value}\n"
)
CHART = "apiVersion: v1\nkind: Service\nspec:\n  sessionAffinity: {value}\n"


@pytest.mark.parametrize(
    ("path", "text", "decided_by"),
    [
        ("main.tf", TF.format(value="var.affinity"), "var.affinity"),
        ("main.tf", TF.format(value='var.on ? "cookie" : "none"'), 'var.on ? "cookie" : "none"'),
        ("main.tf", 'variable "a" {\n  default = "cookie"\n}\n' + TF.format(value="var.a"), "var.a"),
        ("t.yaml", CFN.format(default=""), "the parameter P"),
        ("t.yaml", CFN.format(default='    Default: "true"\n'), "the parameter P"),
        (
            "t.yaml",
            CONDITION.format(value="[{Key: stickiness.enabled, Value: !If [S, 'true', 'false']}]"),
            "the condition S",
        ),
        (
            "t.yaml",
            CONDITION.format(value="[{Key: stickiness.enabled, Value: {'Fn::If': [S, 'true', 'false']}}]"),
            "the condition S",
        ),
        (
            "t.yaml",
            CONDITION.format(value="[{Key: stickiness.enabled, Value: !FindInMap [Stages, live, on]}]"),
            "Fn::FindInMap",
        ),
        (
            "t.yaml",
            CONDITION.format(value="!If [S, [{Key: stickiness.enabled, Value: 'true'}], !Ref 'AWS::NoValue']"),
            "the condition S",
        ),
        ("compose.yaml", COMPOSE.format(value="${STICKY}"), "$STICKY"),
        ("compose.yaml", COMPOSE.format(value="${STICKY:-true}"), "$STICKY"),
        ("c/templates/s.yaml", CHART.format(value="{{ .Values.service.affinity }}"), ".Values.service.affinity"),
    ],
)
def test_what_decides_is_named(path, text, decided_by):
    findings = check_sources({path: text}).findings
    assert [(one.confidence, one.severity) for one in findings] == [(Confidence.LIKELY, Severity.INFO)]
    assert f"`{decided_by}`" in findings[0].why


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("main.tf", 'variable "a" {\n  default = "none"\n}\n' + TF.format(value="var.a")),
        ("main.tf", 'locals {\n  a = "none"\n}\n' + TF.format(value="local.a")),
        ("t.yaml", CFN.format(default='    Default: "false"\n')),
        ("compose.yaml", COMPOSE.format(value="${STICKY:-false}")),
    ],
)
def test_default_that_is_off_is_silent(path, text):
    assert not check_sources({path: text}).findings


def test_local_is_what_it_is():
    found = check_sources({"main.tf": 'locals {\n  a = "cookie"\n}\n' + TF.format(value="local.a")}).findings
    assert [one.confidence for one in found] == [Confidence.SURE]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"variables.tf": 'variable "a" {\n  default = "cookie"\n}\n'}, [Severity.INFO]),
        ({"variables.tf": 'variable "a" {\n  default = "none"\n}\n'}, []),
        ({"other/variables.tf": 'variable "a" {\n  default = "none"\n}\n'}, [Severity.INFO]),
        (
            {"variables.tf": 'variable "a" {\n  default = "none"\n}\n', "terraform.tfvars": 'a = "cookie"\n'},
            [Severity.WARNING],
        ),
        ({"variables.tf": 'variable "a" {\n  default = "cookie"\n}\n', "x.auto.tfvars": 'a = "none"\n'}, []),
        ({"variables.tf": 'variable "a" {\n  default = "cookie"\n}\n', "prod.tfvars": 'a = "none"\n'}, [Severity.INFO]),
    ],
)
def test_variables_of_the_other_files_of_a_module_are_followed(files, expected):
    found = check_sources({"main.tf": TF.format(value="var.a"), **files}).findings
    assert [one.severity for one in found] == expected


def test_local_of_a_variable_is_followed_in_another_file():
    files = {"l.tf": "locals {\n  b = var.a\n}\n", "v.tf": 'variable "a" {\n  default = "none"\n}\n'}
    assert not check_sources({"main.tf": TF.format(value="local.b"), **files}).findings


@pytest.mark.parametrize(
    ("reference", "values", "count"),
    [
        (".Values.service.sessionAffinity", "service:\n  sessionAffinity: ClientIP\n", 2),
        (".Values.service.sessionAffinity | quote", "service:\n  sessionAffinity: None\n", 0),
        (".Values.service.sessionAffinity", 'service:\n  sessionAffinity: ""\n', 0),
        ('.Values.service.sessionAffinity | default "None"', 'service:\n  sessionAffinity: ""\n', 0),
        (".Values.other", "service:\n  sessionAffinity: None\n", 1),
        ('include "affinity" .', "service:\n  sessionAffinity: None\n", 1),
    ],
)
def test_values_of_a_chart_stand_for_what_templates_take_from_them(reference, values, count):
    files = {"c/templates/s.yaml": CHART.format(value=f"{{{{ {reference} }}}}"), "c/values.yaml": values}
    found = check_sources(files).findings
    assert len(found) == count
    assert all(reference in one.why for one in found if one.place.path.endswith("/s.yaml"))
