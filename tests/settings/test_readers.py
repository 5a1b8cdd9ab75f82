"""Where settings come from, and what is refused."""

from pathlib import Path

import pytest

from statelint.domain.errors import ConfigurationError
from statelint.settings.options import DEFAULT_EXCLUDE, Options
from statelint.settings.readers import read_options
from statelint.settings.roots import find_root

PYPROJECT = '[project]\nname = "x"\n\n[tool.statelint]\ncache-dir = "from-pyproject"\njobs = 1\n'
OWN = 'cache-dir = "from-own"\n'


@pytest.mark.parametrize(
    ("files", "flags", "config", "isolated", "expected"),
    [
        ({}, {}, None, False, (".statelint_cache", 0)),
        ({"pyproject.toml": PYPROJECT}, {}, None, False, ("from-pyproject", 1)),
        ({"statelint.toml": OWN}, {}, None, False, ("from-own", 0)),
        ({"pyproject.toml": PYPROJECT, "statelint.toml": OWN}, {}, None, False, ("from-own", 1)),
        ({"pyproject.toml": PYPROJECT, "statelint.toml": OWN}, {"cache-dir": "flag"}, None, False, ("flag", 1)),
        ({"pyproject.toml": PYPROJECT, "statelint.toml": OWN}, {"jobs": 4}, None, True, (".statelint_cache", 4)),
        ({"pyproject.toml": PYPROJECT, "other.toml": 'cache-dir = "other"'}, {}, "other.toml", False, ("other", 0)),
        ({"statelint.toml": OWN, "x/pyproject.toml": PYPROJECT}, {}, "x/pyproject.toml", False, ("from-pyproject", 1)),
    ],
)
def test_later_sources_win_key_by_key(tree, files, flags, config, isolated, expected):
    root = tree(files)
    options = read_options(root, flags, root / config if config else None, isolated=isolated)
    assert (options.cache_dir, options.jobs) == expected


def test_patterns_of_several_sources_are_put_together(tree):
    root = tree({"statelint.toml": 'exclude = ["a"]\nextend-exclude = ["b"]\n'})
    options = read_options(root, {"extend-exclude": ("c",)})
    assert (options.exclude, options.extend_exclude) == (("a",), ("b", "c"))
    assert read_options(root, {"exclude": ("d",)}).exclude == ("d",)
    assert read_options(root, {}, isolated=True).exclude == DEFAULT_EXCLUDE


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("statelint.toml", 'selekt = ["STL1"]\n', 1, "did you mean `select`?"),
        ("statelint.toml", "\n# a comment\ninclude_tests = true\n", 3, "did you mean `include-tests`?"),
        ("statelint.toml", "frobnicate = 1\n", 1, "known keys: baseline, cache-dir, exclude,"),
        ("statelint.toml", '\nselect = "STL1"\n', 2, "write a list of texts in quotes"),
        ("statelint.toml", "select = [1]\n", 1, "Expected `str`, got `int`"),
        ("statelint.toml", 'jobs = "two"\n', 1, "write a whole number from 0"),
        ("statelint.toml", "jobs = -1\n", 1, "write a whole number from 0"),
        ("statelint.toml", "jobs = true\n", 1, "Expected `int`, got `bool`"),
        ("statelint.toml", "include-tests = 1\n", 1, "write `true` or `false`"),
        ("statelint.toml", "cache-dir = []\n", 1, "write a text in quotes"),
        ("statelint.toml", "[select]\nx = 1\n", 1, "Expected `array`, got `object`"),
        ("statelint.toml", '"no-cache" = 0\n', 1, "write `true` or `false`"),
        ("pyproject.toml", "[tool.ruff]\nselekt = 1\n[tool.statelint]\nselekt = 1\n", 4, "did you mean `select`?"),
        ("pyproject.toml", "[tool.statelint]\njobs = 1\n[tool.statelint.select]\nx = 1\n", 3, "Expected `array`"),
        (
            "pyproject.toml",
            '[tool.statelint]\n[project]\nselekt = "x"\n[ tool . "statelint" . selekt ]\n',
            4,
            "`select`",
        ),
        ("pyproject.toml", "[tool]\nstatelint = 3\n", 2, "write `[tool.statelint]`"),
        ("pyproject.toml", "tool = 3\n", 1, "`tool` must be a table"),
    ],
)
def test_what_is_wrong_is_named_with_its_file_line_and_remedy(tree, name, text, line, said):
    root = tree({name: text})
    with pytest.raises(ConfigurationError) as caught:
        read_options(root, {})
    assert str(caught.value).startswith(f"{root / name}:{line}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize("data", [b"select = [", b"x = 1\nx = 2\n", b"\xff\xfe", b"\x00"])
def test_file_that_is_no_toml_is_refused(tree, data):
    root = tree({"statelint.toml": data})
    with pytest.raises(ConfigurationError) as caught:
        read_options(root, {})
    assert str(root / "statelint.toml") in str(caught.value)
    assert "--isolated" in str(caught.value)


def test_every_key_of_the_readme_is_known():
    text = (Path(__file__).parents[2] / "README.md").read_text()
    block = text.partition("```toml\n[tool.statelint]\n")[2].partition("```")[0]
    keys = {line.partition("=")[0].strip() for line in block.splitlines() if "=" in line}
    assert keys <= set(Options.__struct_encode_fields__)
    assert keys


@pytest.mark.parametrize(
    ("files", "start", "root"),
    [
        (["pyproject.toml", "app/x.py"], "app", "."),
        (["repo/.git/HEAD", "repo/a/x.py", "pyproject.toml"], "repo/a", "repo"),
        (["pyproject.toml", "svc/pyproject.toml", "svc/app/x.py"], "svc/app", "svc"),
        (["statelint.toml", "svc/pyproject.toml", "svc/app/x.py"], "svc/app", "."),
        (["statelint.toml", "svc/.git/HEAD", "svc/pyproject.toml", "svc/app/x.py"], "svc/app", "svc"),
        (["app/x.py", "app/sub/y.py"], "app/sub", "app/sub"),
    ],
)
def test_root_is_the_nearest_folder_with_settings_else_with_a_project(tree, files, start, root):
    base = tree(dict.fromkeys([*files, "mark/.git/HEAD"], ""))
    found = find_root(base / start)
    assert found == base / root


def test_file_is_laid_over_the_one_that_it_extends(tree):
    root = tree(
        {
            "shared/base.toml": 'ignore = ["STL4"]\nextend-exclude = ["a"]\njobs = 2\nrules = ["lint"]\n'
            '[per-path-ignores]\n"x/" = ["STL1"]\n"y/" = ["STL1"]\n',
            "shared/lint/a.toml": "",
            "shared/statelint.toml": 'extend = "base.toml"\njobs = 3\n',
            "service/pyproject.toml": '[tool.statelint]\nextend = "../shared/statelint.toml"\nignore = ["STL5"]\n'
            'extend-exclude = ["b"]\n[tool.statelint.per-path-ignores]\n"x/" = ["STL2"]\n',
        }
    )
    options = read_options(root / "service", {"extend-exclude": ("c",)})
    assert (options.ignore, options.extend_exclude, options.jobs, options.extend) == (
        ("STL5",),
        ("a", "b", "c"),
        3,
        None,
    )
    assert options.per_path_ignores == {"x/": ("STL2",), "y/": ("STL1",)}
    assert options.rules == (str(root / "shared" / "lint"),)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"statelint.toml": 'extend = "none.toml"\n'}, "there is no "),
        ({"statelint.toml": 'extend = "statelint.toml"\n'}, "leads back"),
        ({"statelint.toml": 'extend = "b.toml"\n', "b.toml": 'extend = "statelint.toml"\n'}, "leads back"),
        ({"statelint.toml": 'extend = "b.toml"\n', "b.toml": "selct = []\n"}, "b.toml:1: unknown key `selct`"),
        ({"statelint.toml": '[per-path-ignores]\n"a" = "STL1"\n'}, "write a table of patterns"),
    ],
)
def test_what_can_not_be_extended_is_told(tree, files, said):
    root = tree(files)
    with pytest.raises(ConfigurationError) as caught:
        read_options(root, {})
    assert said in str(caught.value)
