"""What pins is found in each of the ways in which a format may be written."""

import pytest

from statelint.app.pipeline import check_sources
from tests.conftest import PROJECT
from tests.markers import places_found

TAG = "traefik.http.services.web.loadbalancer.sticky.cookie=true"
KONG = '{{"_format_version": "3.0", "upstreams": [{{"name": "{name}",\n"hash_on": "cookie"}}]}}'


@pytest.mark.parametrize(
    ("path", "text", "line", "code"),
    [
        ("web.hcl", f'service {{\n  name = "web"\n  tags = ["{TAG}"]\n}}\n', 3, "STL701"),
        ("web.json", f'{{"service": {{"name": "web",\n"tags": ["{TAG}"]}}}}', 2, "STL701"),
        (
            "web.nomad",
            f'job "web" {{\n  group "web" {{\n    service {{\n      tags = ["{TAG}"]\n}}\n}}\n}}\n',
            4,
            "STL701",
        ),
        (
            "job.json",
            f'{{"Job": {{"TaskGroups": [{{"Name": "web", "Services": [{{\n"Tags": ["{TAG}"]}}]}}]}}}}',
            2,
            "STL701",
        ),
        ("kong.json", KONG.format(name="web"), 2, "STL701"),
        (
            "main.tf.json",
            '{"resource": {"aws_elastic_beanstalk_environment": {"web": {"setting": [{"namespace": "a", "name": "b", "value": "c"},\n'
            '{"namespace": "aws:elasticbeanstalk:environment:process:default", "name": "StickinessEnabled", "value": "true"}]}}}}',
            2,
            "STL704",
        ),
        (
            "nginx.conf",
            'server {\n  content_by_lua_block {\n    say("}") -- that\'s no brace: }\n    x = {}\n  }\n}\n'
            "upstream a {\n  ip_hash;\n  server a:80;\n  server b:80;\n}\n",
            8,
            "STL701",
        ),
    ],
)
def test_setting_is_found_at_its_line(path, text, line, code):
    assert places_found(check_sources({path: text})) == {(path, line, code)}


def test_upstream_of_a_store_is_left_alone():
    assert not check_sources({"kong.json": KONG.format(name="redis")}).findings


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("uwsgi.yaml", "uwsgi:\n  module: app:app\n  processes: 1\n"),
        ("uwsgi.json", '{"uwsgi": {"module": "app:app",\n\n"processes": "1"}}'),
    ],
)
def test_one_process_of_uwsgi_is_found(path, text):
    assert (path, 3, "STL802") in places_found(check_sources({"app.py": PROJECT, path: text}))


@pytest.mark.parametrize(
    "variables", ["[WEB_CONCURRENCY]", "{WEB_CONCURRENCY: }", '["WEB_CONCURRENCY=$WEB_CONCURRENCY"]']
)
def test_variable_without_a_value_is_that_of_compose(variables):
    service = f"services:\n  web:\n    build: .\n    command: gunicorn app:app\n    environment: {variables}\n"
    files = {"app.py": PROJECT, "compose.yaml": service, ".env": "WEB_CONCURRENCY=4\n"}
    (found,) = (one for one in check_sources(files).findings if one.code == "STL101")
    assert [one.count for one in found.copies] == [4]
