"""What a kustomization changes is judged like the same words in the object, together with that object."""

import pytest

from statelint.app.pipeline import check_sources
from tests.conftest import PROJECT
from tests.fixing import fixed
from tests.markers import places_found

BASE = "resources: [web.yaml]\n"
WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n{more}  template:\n    spec:\n"
    '      containers: [{{name: web, image: example/web, command: [gunicorn, "app:app"]}}]\n'
)
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n"
REPLICAS = "replicas: [{{name: {name}, count: 3}}]\n"
OPERATION = "patches:\n- target: {{{target}}}\n  patch: |-\n    - op: add\n      path: {path}\n      value: {value}\n"
MERGED = (
    "patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n"
    "    spec:\n      replicas: 3\n"
)


def project(overlay, more=""):
    return {
        "app.py": PROJECT, "k8s/base/kustomization.yaml": BASE, "k8s/base/web.yaml": WEB.format(more=more),
        "k8s/prod/kustomization.yaml": f"resources: [../base]\n{overlay}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("overlay", "line"),
    [
        (REPLICAS.format(name="web"), 2),
        (MERGED, 8),
        (OPERATION.format(target="kind: Deployment, name: web", path="/spec/replicas", value=3), 7),
        (OPERATION.format(target="kind: Deployment", path="/spec/replicas", value=3), 7),
        (OPERATION.format(target='name: "we.*"', path="/spec/replicas", value=3), 7),
    ],
)
def test_copies_that_an_overlay_asks_for_are_those_of_the_workload(overlay, line):
    found = check_sources(project(overlay)).findings
    copies = next(one.copies for one in found if one.code == "STL101")
    assert [(one.place.path, one.place.line, one.count) for one in copies] == [("k8s/prod/kustomization.yaml", line, 3)]


@pytest.mark.parametrize(
    "overlay",
    [
        REPLICAS.format(name="worker"),
        OPERATION.format(target="kind: Deployment, name: worker", path="/spec/replicas", value=3),
        OPERATION.format(target="kind: StatefulSet", path="/spec/replicas", value=3),
    ],
)
def test_copies_of_others_are_not(overlay):
    assert not any(one.copies for one in check_sources(project(overlay)).findings)


@pytest.mark.parametrize(("overlay", "is_found"), [("", True), (REPLICAS.format(name="web"), False)])
def test_what_needs_a_single_copy_looks_at_the_overlays(overlay, is_found):
    files = project(overlay, "  strategy: {type: Recreate}\n")
    assert ("k8s/base/web.yaml", 5, "STL802") in places_found(check_sources(files)) or not is_found
    assert any(one.code == "STL802" for one in check_sources(files).findings) is is_found


def test_a_patch_is_judged_with_what_it_changes():
    recreate = OPERATION.format(target="kind: Deployment, name: web", path="/spec/strategy/type", value="Recreate")
    assert ("k8s/prod/kustomization.yaml", 7, "STL802") in places_found(check_sources(project(recreate)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "flux.yaml",
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop}\nspec:\n"
            "  path: ./k8s\n  patches:\n  - target: {kind: Service}\n    patch: |\n      - op: add\n"
            "        path: /spec/sessionAffinity\n        value: ClientIP\n",
        ),
        (
            "argo.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n  source:\n"
            "    kustomize:\n      patches:\n      - target: {kind: Service}\n        patch: |\n"
            "          - {op: add, path: /spec/sessionAffinity,\n             value: ClientIP}\n",
        ),
    ],
)
def test_patches_of_what_applies_kustomizations(path, text):
    assert places_found(check_sources({path: text, "k8s/web.yaml": SERVICE})) == {(path, 11, "STL702")}


def test_comment_in_a_patch_accepts_its_line():
    text = MERGED.replace("Deployment", "Service").replace("replicas: 3", "sessionAffinity: ClientIP")
    files = {"kustomization.yaml": text, "web.yaml": SERVICE}
    assert len(check_sources(files).findings) == 1
    files["kustomization.yaml"] = text.replace("ClientIP", "ClientIP  # statelint: ignore[STL702] until the cart moves")
    assert not check_sources(files).findings


@pytest.mark.parametrize(
    "text",
    [
        "patches:\n- path: /etc/hosts\n- path: ../../../etc/hosts\n- path:\n- 3\n- target: 3\n  patch: {a: b}\nreplicas: 3\n",
        "patches:\n- patch: |-\n    kind: Service\n    spec: [{\n- patch: '[{]'\n- patch: '{\"op\": 1}'\n- patch: |-\n",
        "resources: [., .., ../kustomization.yaml, 'https://example.com/base?ref=1']\ncommonAnnotations: []\n",
        "patches:\n- target: {kind: '(a+)+$', name: '['}\n  patch: |-\n    - {op: add, path: /spec/x, value: 1}\n",
    ],
)
def test_odd_entries_are_passed_over(text):
    report = check_sources({"k8s/kustomization.yaml": text, "k8s/web.yaml": SERVICE})
    assert not report.findings
    assert not report.problems


def test_a_fix_takes_the_whole_operation():
    patch = "- op: test\n  path: /spec/type\n  value: ClusterIP\n- op: add\n  path: /spec/sessionAffinity\n  value: ClientIP\n"
    overlay = "resources: [web.yaml]\npatches: [{path: patch.yaml, target: {kind: Service}}]\n"
    after, _, _ = fixed({"kustomization.yaml": overlay, "web.yaml": SERVICE, "patch.yaml": patch})
    assert after["patch.yaml"].decode() == "- op: test\n  path: /spec/type\n  value: ClusterIP\n"
