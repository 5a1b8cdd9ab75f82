"""What code writes under a key that a platform obeys."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import places_found

MANIFEST = {"manifest.yml": "applications:\n- name: web\n  memory: 256M\n"}


@pytest.mark.parametrize(
    "code",
    [
        'app.config["SESSION_COOKIE_NAME"] = "JSESSIONID"\n',
        'app.config.update(SESSION_COOKIE_NAME="JSESSIONID")\n',
        'SESSION_COOKIE_NAME = "JSESSIONID"\n',
        'app.add_middleware(Sessions, session_cookie="JSESSIONID")\n',
        'Sessions(app, cookie_name="JSESSIONID")\n',
        'response.set_cookie("JSESSIONID", value)\n',
        'response.set_cookie(key="JSESSIONID", value=value)\n',
    ],
)
def test_cookie_by_which_a_platform_pins_counts_on_that_platform(code):
    assert places_found(check_sources({"app.py": code, **MANIFEST})) == {("app.py", 1, "STL705")}
    assert not check_sources({"app.py": code}).findings


@pytest.mark.parametrize(
    "code",
    [
        'response.headers["Fly-Force-Instance-Id"] = machine\n',
        'response.set_cookie("node", os.getenv("HOSTNAME"))\n',
        'response.set_cookie("node", getenv("HOSTNAME"))\n',
    ],
)
def test_headers_and_variables_are_known_however_they_are_written(code):
    assert places_found(check_sources({"app.py": code})) == {("app.py", 1, "STL705")}


@pytest.mark.parametrize(
    "code",
    [
        'requests.get(url, cookies={"JSESSIONID": value})\n',
        'response.delete_cookie("JSESSIONID")\n',
        'value = request.cookies.get("JSESSIONID", None)\n',
        'SESSION_COOKIE_NAME = "cart"  # not JSESSIONID\n',
        "SESSION_COOKIE_NAME = name_of(JSESSIONID)\n",
    ],
)
def test_other_uses_of_that_name_do_not(code):
    assert not check_sources({"app.py": code, **MANIFEST}).findings
