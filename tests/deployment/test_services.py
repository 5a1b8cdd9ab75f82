"""Which code an object runs, whom a pin concerns, and which states are copied."""

import pytest

from statelint.app.pipeline import check_sources
from tests.conftest import PROJECT

PIN = "upstream app {\n    ip_hash;\n    server web:8000;\n    server b:8000;\n}\n"
SHOPS = {"shop/app.py": PROJECT, "blog/app.py": PROJECT}


def deployment(kind, name, image, more="", args=""):
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{more}  template:\n"
        f"    metadata: {{labels: {{app: {name}}}}}\n    spec:\n      containers:\n"
        f"      - {{name: {name}, image: {image}{args}}}\n"
    )


def hidden(files):
    pin = next(one for one in check_sources(files).findings if one.code.startswith("STL70"))
    return {one.place.path for one in pin.hides}, pin.message


SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  sessionAffinity: ClientIP\n  selector: {app: web}\n"
)
ROUTE = (
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n"
    "    nginx.ingress.kubernetes.io/affinity: cookie\nspec:\n"
    "  defaultBackend: {service: {name: front, port: {number: 80}}}\n---\n"
    "apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec: {selector: {app: web}}\n---\n"
)
BUILT = "services:\n  web: {build: ./shop}\n  other: {build: ./blog}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"nginx.conf": PIN, "compose.yaml": BUILT},
        {
            "nginx.conf": PIN,
            "d/compose.yaml": "services:\n  web: {build: {context: .., dockerfile: shop/Dockerfile}}\n",
        },
        {"nginx.conf": PIN, "compose.yaml": "services:\n  front: {build: shop, container_name: web}\n"},
        {
            "nginx.conf": PIN,
            "compose.yaml": "services:\n  web: {build: {context: shop/docker, dockerfile: Dockerfile}}\n",
        },
        {"k8s.yaml": f"{SERVICE}---\n{deployment('Deployment', 'web', 'example/shop:1')}"},
        {"k8s.yaml": ROUTE + deployment("StatefulSet", "web", "registry.test:5000/shop@sha256:1")},
        {
            "k8s.yaml": f"{SERVICE}---\n{deployment('Deployment', 'web', 'any')}",
            "compose.yaml": "services:\n  a: {build: shop, image: any}\n",
        },
    ],
)
def test_pin_hides_the_states_of_its_own_service(files):
    paths, message = hidden({**SHOPS, **files})
    assert paths == {"shop/app.py"}
    assert "of this service" in message


@pytest.mark.parametrize(
    "files",
    [
        {"nginx.conf": PIN},
        {"nginx.conf": PIN, "compose.yaml": "services:\n  web: {image: elsewhere}\n"},
        {"nginx.conf": PIN, "compose.yaml": "services:\n  web: {build: '${DIR}'}\n"},
        {"nginx.conf": PIN, "compose.yaml": "services:\n  web: {build: ../outside}\n"},
        {"k8s.yaml": SERVICE},
    ],
)
def test_pin_hides_all_where_nobody_can_tell_its_service(files):
    assert hidden({**SHOPS, **files})[0] == set(SHOPS)


def test_pin_of_a_service_without_state_can_go():
    files = {
        **SHOPS,
        "plain/app.py": "x = 1\n",
        "nginx.conf": PIN,
        "compose.yaml": "services:\n  web: {build: plain}\n",
    }
    paths, message = hidden(files)
    assert not paths
    assert "no state was found in this service that it would hide" in message


def copies(files):
    found = {one.place.path: one for one in check_sources(files).findings if one.code == "STL101"}
    return {
        path: [(one.place.path, one.place.line, one.count) for one in state.copies] for path, state in found.items()
    }


def test_states_of_a_service_tell_its_copies_and_not_those_of_another():
    compose = "services:\n  web:\n    build: shop\n    scale: 2\n  other:\n    build: blog\n  db:\n    image: postgres\n    scale: 3\n"
    files = {
        **SHOPS,
        "compose.yaml": compose,
        "shop/Procfile": "web: gunicorn app:app -w 4\nworker: celery worker -c 9\n",
    }
    assert copies(files) == {
        "shop/app.py": [("compose.yaml", 4, 2), ("shop/Procfile", 1, 4)],
        "blog/app.py": [],
    }


def test_copies_of_a_worker_are_none_of_what_serves():
    for command in ("celery -A shop worker", "gunicorn app:app"):
        compose = f"services:\n  one:\n    build: shop\n    command: {command}\n    scale: 3\n"
        found = copies({**SHOPS, "compose.yaml": compose})["shop/app.py"]
        assert bool(found) == ("gunicorn" in command)


def test_autoscaler_asks_for_copies_of_what_it_names():
    scaler = (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: any}\nspec:\n"
        "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  maxReplicas: 5\n"
    )
    found = copies({**SHOPS, "k8s.yaml": deployment("Deployment", "web", "shop") + scaler})
    assert [count for _, _, count in found["shop/app.py"]] == [5]
    assert found["blog/app.py"] == []


def test_number_that_is_computed_counts_as_several_and_an_unknown_one_does_not():
    file = "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n"
    assert copies({"app.py": PROJECT, "gunicorn.conf.py": file})["app.py"] == [("gunicorn.conf.py", 2, 0)]
    assert copies({"app.py": PROJECT, "Procfile": "web: gunicorn app:app -w $N\n"})["app.py"] == []
    assert copies({"app.py": PROJECT, "Procfile": "web: gunicorn app:app -w ${N:-3}\n"})["app.py"] == [
        ("Procfile", 1, 3)
    ]


def test_workers_of_one_host_share_its_disk():
    uploads = "import flask\napp = flask.Flask(__name__)\n@app.post('/')\ndef f():\n    open('/data/x', 'w').write(flask.request.form['x'])\n    return ''\n"
    asked = {"app.py": uploads, "Procfile": "web: gunicorn app:app -w 4\n"}
    assert not [one for one in check_sources(asked).findings if one.copies]
    asked["compose.yaml"] = "services:\n  web:\n    build: .\n    scale: 2\n"
    found = [one for one in check_sources(asked).findings if one.copies]
    assert [(one.code, [copy.count for copy in one.copies]) for one in found] == [("STL401", [2])]
    assert "compose.yaml:4 asks for 2 replicas." in found[0].why


def test_copied_states_come_first_in_the_text_and_nowhere_else(tree, statelint):
    tree({"pyproject.toml": "", **SHOPS, "compose.yaml": "services:\n  web:\n    build: shop\n    scale: 2\n"})
    text = statelint("check", "--no-cache").out
    assert text.index("shop/app.py:4") < text.index("blog/app.py:4")
    concise = statelint("check", "--no-cache", "--format", "github").out
    assert concise.index("blog/app.py") < concise.index("shop/app.py")


def test_folder_of_a_container_is_reported_where_the_code_writes_into_it():
    uploads = "import flask\napp = flask.Flask(__name__)\n@app.post('/')\ndef f():\n    open({path!r} + flask.request.form['x'], 'w')\n    return ''\n"
    docker = "FROM python\nCOPY . /srv\nVOLUME {folder}\nCMD gunicorn app:app\n"

    def found(path, folder):
        files = {"app.py": uploads.format(path=path), "Dockerfile": docker.format(folder=folder)}
        return [one.place.line for one in check_sources(files).findings if one.code == "STL801"]

    assert found("/data/up/", "/data") == [3]
    assert found("media/", "/srv/media") == [3]
    assert found("/data/up/", "/database") == []
    assert found("/other/", "/data") == []
    assert found("media/", "/srv/tmp") == []


def test_setting_that_names_its_object_is_said_to_be_in_the_file():
    uploads = "import flask\napp = flask.Flask(__name__)\n@app.post('/')\ndef f():\n    open('up/' + flask.request.form['x'], 'w')\n    return ''\n"
    found = check_sources({"app.py": uploads, "Procfile": "web: gunicorn app:app\n"}).findings
    assert [one.message for one in found if one.code == "STL801" and "`process web` in Procfile " in one.message]


PORTS = (
    "services:\n  web:\n    image: example/web\n    command: gunicorn app:app\n    ports: ['8000:8000']\n"
    "    volumes: ['media:/app/media']\n    deploy: {replicas: 2}\n  db:\n    image: postgres:16\n"
)


@pytest.mark.parametrize(
    ("path", "more", "code"),
    [
        ("compose.yaml", "", "STL802"),
        ("docker-compose.stacked.yml", "", "STL802"),
        ("docker-stack.yml", "", "STL801"),
        ("deploy/shop.swarm.yaml", "", "STL801"),
        ("compose.yaml", "networks: {default: {driver: overlay}}\n", "STL801"),
        ("compose.yaml", "networks: {default: {driver: bridge}}\n", "STL802"),
        ("compose.yaml", "    deploy: {placement: {constraints: [node.role == manager]}}\n", "STL801"),
        ("compose.yaml", "    deploy: {replicas: 1}\n", "STL802"),
    ],
)
def test_nodes_of_a_swarm_share_a_port_and_no_volume(path, more, code):
    text = PORTS + more + "volumes: {media: {}}\n"
    found = check_sources({path: text, "app.py": PROJECT}).findings
    assert {one.code for one in found if one.place.path == path} == {code}
