"""Comments that accept a finding, and those that accept nothing."""

import pytest

from statelint.app.pipeline import check_sources
from tests.markers import places_found

HEAD = "import flask\napp = flask.Flask(__name__)\n"
TAIL = "@app.get('/')\ndef index():\n    hits['x'] = 1\n    return str(hits)\n"


def judged(holder, select=None, head=HEAD):
    """Codes of the findings, and messages by line, of a program that declares `hits` as given."""
    report = check_sources({"app.py": head + holder + TAIL}, select)
    return (
        [finding.code for finding in report.findings],
        [(problem.place.line, problem.place.column, problem.message) for problem in report.problems],
    )


@pytest.mark.parametrize(
    "holder",
    [
        "hits = {}  # statelint: ignore[STL101] counted again each day\n",
        "hits = {}  # statelint: ignore[STL101]\n",
        "hits = {}  # statelint:ignore[stl101]\n",
        "hits = {}  # statelint: ignore[STL301, STL101]\n",
        "hits = {}  # statelint: ignore[STL1]\n",
        "hits = {}  # statelint: ignore\n",
        "hits = {}  # type: ignore # statelint: ignore[STL101]\n",
        "hits = {}  # noqa: STL101\n",
        "hits = {}  # NOQA:E501,STL101\n",
        "hits = {}  # noqa: E501 STL101\n",
        "hits = {}  # noqa\n",
        "# statelint: ignore[STL101] alone on the line above\nhits = {}\n",
        "hits = {\n    'a': 1,  # statelint: ignore[STL101]\n}\n",
        "hits = {\n    # statelint: ignore[STL101]\n    'a': 1,\n}\n",
        "hits = {\n" + "    'a': 1,\n" * 60 + "}  # statelint: ignore[STL101] at the end of a long display\n",
        "hits = dict(  # noqa: STL101\n    a=1,\n)\n",
        "hits = \\\n    {}  # noqa: STL101\n",
        "text = '''\n'''; hits = {}  # noqa: STL101\n",
        "if True:\n    hits = {}  # noqa: STL101\n",
        "# statelint: ignore-file[STL101] a demonstration\nhits = {}\n",
        "# flake8: noqa\nhits = {}\n",
        "# flake8: noqa: STL101\nhits = {}\n",
        "hits = {}\n# statelint: ignore-file\n",
        "größe = 'ä'; hits = {}  # noqa: STL101\n",
        "\x0chits = {}  # noqa: STL101\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comment_accepts_the_finding(holder, end):
    codes, problems = judged(holder.replace("\n", end), head=HEAD.replace("\n", end))
    assert codes == []
    assert [message for *_, message in problems if "STL101" in message] == []


@pytest.mark.parametrize(
    "holder",
    [
        "hits = {}\n# statelint: ignore[STL101] on the line below\n",
        "# statelint: ignore[STL101] two lines above\n\nhits = {}\n",
        "x = 1  # statelint: ignore[STL101] of another statement\nhits = {}\n",
        "hits = {}  # statelint: ignore[STL301]\n",
        "hits = {}  # statelint: ignore[]\n",
        "hits = {}  # statelint: ignore[STL999]\n",
        "hits = {}  # noqa: E501\n",
        "hits = {}  # noqaSTL101\n",
        "# flake8: noqa: E501\nhits = {}\n",
        "x = 1  # flake8: noqa\nhits = {}\n",
        "hits = {}; text = '# noqa: STL101'\n",
        "hits = {}; text = '''\n# statelint: ignore[STL101]\n'''\n",
        "text = f'''\n# statelint: ignore-file\n'''\nhits = {}\n",
        "'''# statelint: ignore-file'''\nhits = {}\n",
    ],
)
def test_comment_accepts_nothing(holder):
    assert judged(holder)[0] == ["STL101"]


def test_comment_on_any_line_of_a_decorated_function():
    memo = "import functools, requests\n{0}\n@functools.lru_cache(  {1}\n    maxsize=1)  {2}\n{3}\ndef rates(): {4}\n    return requests.get('x').json()  {5}\n"
    tail = "@app.get('/')\ndef index():\n    return rates()\n"
    comment = "# statelint: ignore[STL302] fine"
    for at in range(6):
        code = HEAD + memo.format(*(comment if at == line else "" for line in range(6))) + tail
        codes = [finding.code for finding in check_sources({"app.py": code}).findings]
        assert codes == ([] if at in {0, 1, 2, 3, 4} else ["STL302"]), at


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        ("x = 1  # statelint: ignore[STL101] why\n", "suppresses STL101, but nothing of the kind is reported here"),
        ("x = 1  # statelint: ignore\n", "suppresses anything, but nothing is reported here"),
        ("x = 1  # noqa: STL101\n", "suppresses STL101, but nothing"),
        ("x = 1  # noqa: E501, STL101\n", "delete that part"),
        ("# statelint: ignore-file[STL204]\n", "suppresses STL204"),
        ("x = 1  # statelint: ignore[STL1001]\n", "unknown code `STL1001`; did you mean `STL101`?"),
        ("x = 1  # statelint: ignore[XYZ]\n", "unknown code `XYZ`; see `statelint rule`"),
        ("x = 1  # statelint: ignore[ ]\n", "names no code between its brackets"),
        ("# statelint: ignore[STL101]\n", "suppresses STL101"),
    ],
)
def test_comment_that_does_nothing_is_reported(holder, said):
    codes, problems = judged(holder + "hits = {}\n") if "file" in holder else judged(holder + "\nhits = {}\n")
    assert codes == ["STL101"]
    assert [(line, column) for line, column, _ in problems] == [(3, holder.index("#") + 1)]
    assert said in problems[0][2]


def test_codes_that_helped_are_kept_apart_from_those_that_did_not():
    codes, problems = judged("hits = {}  # statelint: ignore[STL101, STL301, STL204]\n")
    assert codes == []
    assert [message.partition(",")[0] for *_, message in problems] == ["this comment suppresses STL301"]
    assert "STL204" in problems[0][2]


@pytest.mark.parametrize("holder", ["x = 1  # noqa\n", "x = 1  # noqa: E501\n", "x = 1  # noqa: F401, E501\n"])
def test_comments_for_other_tools_are_none_of_our_business(holder):
    assert judged(holder + "hits = {}\n")[1] == []


@pytest.mark.parametrize("comment", ["statelint: ignore[STL301]", "noqa: STL301", "statelint: ignore"])
def test_comment_for_a_code_that_is_not_selected_is_not_unused(comment):
    holder = f"x = 1  # {comment}\n\nhits = {{}}\n"
    assert len(judged(holder, select=("STL0", "STL1", "STL3"))[1]) == (0 if comment == "statelint: ignore" else 1)
    assert judged(holder, select=("STL0", "STL1"))[1] == []
    assert judged(holder, select=("STL1", "STL3"))[1] == []


def test_suppressed_findings_are_counted():
    report = check_sources({"app.py": HEAD + "hits = {}  # noqa: STL101\n" + TAIL})
    assert (places_found(report), report.summary.suppressed) == (set(), 1)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nginx.conf", "upstream a {\n  ip_hash;  # statelint: ignore[STL701] sessions are on disk\n}\n"),
        ("nginx.conf", "upstream a {\n  # statelint: ignore[STL701] sessions are on disk\n  ip_hash;\n}\n"),
        ("nginx.conf", "# statelint: ignore-file[STL701] sessions are on disk\nupstream a {\n  ip_hash;\n}\n"),
        (
            "a.tf",
            'resource "cloudflare_load_balancer" "a" {\n  session_affinity = "cookie"  // statelint: ignore[STL703]\n}\n',
        ),
        (
            "a.tf",
            'resource "cloudflare_load_balancer" "a" {\n  // statelint: ignore\n  session_affinity = "cookie"\n}\n',
        ),
    ],
)
def test_comment_of_a_deployment_file_accepts_its_finding(path, text):
    report = check_sources({path: text})
    assert (report.findings, report.problems, report.summary.suppressed) == ((), (), 1)


def test_comment_of_a_deployment_file_that_accepts_nothing_is_reported():
    report = check_sources({"nginx.conf": "upstream a {\n  least_conn;  # statelint: ignore[STL701] hash \n}\n"})
    assert [(one.code, one.place.line) for one in report.problems] == [("STL002", 2)]


def test_comment_where_the_state_is_used_is_told_where_it_is_reported():
    used = TAIL.replace("= 1\n", "= 1  # noqa: STL101\n")
    (problem,) = check_sources({"app.py": f"{HEAD}hits = {{}}\n{used}"}).problems
    assert problem.message.endswith("; STL101 of `hits` is reported at app.py:3, put it there")
