"""A file that stands inside another is judged at its lines there."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import places_found

NGINX = "upstream app {{\n{pad}  # two of them\n{pad}  {line};\n{pad}  server a:8000;\n{pad}  server b:8000;\n{pad}}}\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: proxy}\ndata:\n"


def map_with(line, key="nginx.conf", sign="|"):
    return f"{MAP}  {key}: {sign}\n    {NGINX.format(pad='    ', line=line)}  other: x\n"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("proxy.yaml", map_with("ip_hash"), 8),
        ("proxy.yaml", map_with("ip_hash", sign="|- # as it is"), 8),
        ("chart/templates/proxy.yaml", map_with("{{ if .Values.sticky }}ip_hash{{ end }}"), 8),
        (
            "compose.yaml",
            "services:\n  web: {image: nginx, configs: [proxy]}\nconfigs:\n  proxy:\n    content: |\n      "
            + NGINX.format(pad="      ", line="ip_hash"),
            8,
        ),
        (
            ".ebextensions/proxy.config",
            'option_settings: {}\nfiles:\n  "/etc/nginx/conf.d/web.conf":\n    content: |\n      '
            + NGINX.format(pad="      ", line="ip_hash"),
            7,
        ),
        (
            "proxy.yaml",
            f"{MAP}  haproxy.cfg: |\n    backend app\n      balance source\n      server a a:80\n      server b b:80\n",
            7,
        ),
    ],
)
def test_setting_is_found_at_its_line(path, text, line):
    assert places_found(check_sources({path: text})) == {(path, line, "STL701")}


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (
            "main.tf",
            'resource "helm_release" "web" {\n  chart = "web"\n  values = [<<-EOT\n    service:\n'
            "      sessionAffinity: ClientIP\n    EOT\n  ]\n}\n",
            5,
        ),
        (
            "main.tf",
            'resource "kubectl_manifest" "web" {\n  yaml_body = <<-YAML\n    apiVersion: v1\n    kind: Service\n'
            "    spec: {sessionAffinity: ClientIP}\n  YAML\n}\n",
            5,
        ),
        (
            "app.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  source:\n    helm:\n"
            "      values: |\n        service:\n          sessionAffinity: ClientIP\n",
            9,
        ),
    ],
)
def test_values_and_objects_of_kubernetes_are_found_too(path, text, line):
    assert places_found(check_sources({path: text})) == {(path, line, "STL702")}


@pytest.mark.parametrize(
    "text",
    [
        map_with("least_conn"),
        map_with("ip_hash", key="notes"),
        map_with("# ip_hash"),
        MAP + "  nginx.conf: |\n    upstream app {\n      ip_hash;\n",
        MAP + "  nginx.conf: |\n",
        MAP + "  config.yaml: |\n    a: [\n",
    ],
)
def test_others_are_silent(text):
    report = check_sources({"proxy.yaml": text})
    assert not report.findings
    assert not report.problems
