"""Changes of deployment files keep every byte that they don't speak of."""

import pytest

from statelint.deployment.rows import load_affinity
from statelint.domain.words import Applicability
from tests.fixing import assert_well_fixed, fixed

ROWS = {row.id: row for file in load_affinity() for row in file.setting if row.fix is not None}
FORMS = {"line feeds": (b"", b"\n"), "carriage returns and a mark": (b"\xef\xbb\xbf", b"\r\n")}
APP = "import flask\n\napp = flask.Flask(__name__)\n{holder}\n\n@app.post('/')\ndef add():\n    {body}\n    return ''\n"
STATELESS = APP.format(holder="", body="flask.request.form")
STATEFUL = APP.format(holder="CARTS = {}\n", body="CARTS[flask.request.form['user']] = 1")
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web  # the shop
  annotations: {a.example/b: "1"}
spec:
  # every client to one pod
  sessionAffinity: ClientIP
  sessionAffinityConfig:
    clientIP:
      timeoutSeconds: 10800  # three hours

  selector: {app: web}
  ports: [{port: 80}]
"""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ROWS)
def test_the_setting_of_a_row_is_gone_after_its_fix(name, form):
    row = ROWS[name]
    mark, end = FORMS[form]
    files = {
        path: mark + text.encode().replace(b"\n", end) for path, text in {row.file: row.example, **row.files}.items()
    }
    offered, _ = assert_well_fixed(files)
    assert row.rule in {finding.code for finding in offered}


@pytest.mark.parametrize(("program", "wanted"), [(STATELESS, Applicability.SAFE), (STATEFUL, Applicability.UNSAFE)])
def test_a_pin_may_go_safely_where_it_hides_nothing(program, wanted):
    offered, _ = assert_well_fixed({"app.py": program, "k8s/web.yaml": SERVICE})
    assert [finding.fix.applicability for finding in offered] == [wanted]


def test_the_rest_of_a_manifest_stays():
    after, _, _ = fixed({"k8s/web.yaml": SERVICE})
    assert after["k8s/web.yaml"].decode() == SERVICE.replace("  sessionAffinity: ClientIP\n", "").replace(
        "  sessionAffinityConfig:\n    clientIP:\n      timeoutSeconds: 10800  # three hours\n", ""
    )


SPEC = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
LABELS = "services:\n  web:\n    image: example/web\n"
INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n"
STICKY = "traefik.http.services.web.loadbalancer.sticky.cookie"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("web.yaml", SPEC + "spec: {sessionAffinity: ClientIP, type: NodePort}\n", SPEC + "spec: {type: NodePort}\n"),
        ("web.yaml", SPEC + "spec: {type: NodePort, sessionAffinity: ClientIP}\n", SPEC + "spec: {type: NodePort}\n"),
        ("web.json", '{"apiVersion": "v1", "kind": "Service",\n "spec": {"type": "NodePort",\n  "sessionAffinity": "ClientIP"}}',
         '{"apiVersion": "v1", "kind": "Service",\n "spec": {"type": "NodePort"}}'),
        ("web.yaml", INGRESS + '    nginx.ingress.kubernetes.io/affinity: "cookie"\nspec: {}\n',
         "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\nspec: {}\n"),
        ("compose.yaml", LABELS + f"    labels:\n    - a=b\n    - {STICKY}=true # pin\n    - c=d\n",
         LABELS + "    labels:\n    - a=b\n    - c=d\n"),
        ("compose.yaml", LABELS + f"    labels:\n      {STICKY}: 'true'\n      {STICKY}.name: node\n    restart: always\n",
         LABELS + "    restart: always\n"),
        ("nginx.conf", "upstream web { ip_hash; server a:1; server b:1; }\n", "upstream web { server a:1; server b:1; }\n"),
        ("nginx.conf", "upstream web {\n    ip_hash ;  # pin\n    server a:1;\n    server b:1;\n}\n",
         "upstream web {\n    server a:1;\n    server b:1;\n}\n"),
    ],
)  # fmt: skip
def test_what_goes_takes_its_punctuation_along(path, before, after):
    result, done, _ = fixed({path: before})
    assert done.count == 1
    assert result[path].decode() == after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("web.yaml", SPEC + "spec:\n  sessionAffinity: &pin ClientIP\n  clusterIP: *pin\n"),
        ("web.yaml", "# a\rkind: no\r" + SPEC + "spec:\n  sessionAffinity: ClientIP\n"),
        ("templates/web.yaml", SPEC + "spec:\n  {{- if .Values.pin }}\n  sessionAffinity: {{ .Values.pin }}\n  {{- end }}\n"),
    ],
)  # fmt: skip
def test_what_is_shared_or_written_by_a_template_is_left_alone(path, text):
    assert fixed({path: text})[0] == {path: text.encode()}


GROUP = 'resource "aws_lb_target_group" "web" {{\n  port = 80\n{stickiness}}}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('  stickiness {\n    type = "lb_cookie"\n  }\n', '  stickiness {\n    enabled = false\n    type = "lb_cookie"\n  }\n'),
        ("  stickiness {\n    enabled = true # why\n  }\n", "  stickiness {\n    enabled = false # why\n  }\n"),
        ('  stickiness {\n    enabled = "true"\n  }\n', '  stickiness {\n    enabled = "false"\n  }\n'),
        ("  stickiness { # why\n    enabled=true\n  }\n", "  stickiness { # why\n    enabled=false\n  }\n"),
    ],
)  # fmt: skip
def test_stickiness_in_hcl_is_switched_off_where_it_stands(before, after):
    result, done, _ = fixed({"main.tf": GROUP.format(stickiness=before)})
    assert done.count == 1
    assert result["main.tf"].decode() == GROUP.format(stickiness=after)


@pytest.mark.parametrize(
    "block",
    [
        "  stickiness {\n    enabled = var.sticky\n  }\n",
        '  stickiness { type = "lb_cookie" }\n',
        "  stickiness {\n    enabled = var.sticky ? true : false\n  }\n",
    ],
)
def test_what_is_computed_in_hcl_or_stands_on_one_line_is_left_alone(block):
    text = f'variable "sticky" {{\n  default = true\n}}\n{GROUP.format(stickiness=block)}'
    assert fixed({"main.tf": text})[0] == {"main.tf": text.encode()}


def test_no_line_is_added_to_json():
    text = '{"resource": {"aws_lb_target_group": {"web": {"stickiness": {\n"type": "lb_cookie"\n}}}}}'
    assert fixed({"main.tf.json": text})[0] == {"main.tf.json": text.encode()}
