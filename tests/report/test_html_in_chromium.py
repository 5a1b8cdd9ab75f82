"""The HTML report in a real browser: a copy of the page is given a script that acts as a person and tells what it sees."""

import html
import json
import re
import shutil
import subprocess

import pytest

from tests.report.samples import HOSTILE, SHOP, render

pytestmark = pytest.mark.slow
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SEEN = re.compile(r'<pre id="seen">(.*?)</pre>', re.DOTALL)
LATER = """
const later = () => new Promise((done) => setTimeout(done, 200));
const shown = () => [...document.querySelectorAll("article.finding")].filter((one) => one.checkVisibility()).map((one) => one.dataset.rule);
const change = async (name, value) => {
  document.querySelector(`.filters [name="${name}"]`).value = value;
  document.querySelector(".filters").dispatchEvent(new Event("input", { bubbles: true }));
  await later();
};
"""


@pytest.fixture(scope="module")
def chromium():
    """The browser's program; without one these tests are skipped, and say so."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed: install Debian's package `chromium`")
    return found


def run(chromium, page, *flags):
    command = [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", *flags]
    return subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=120, check=True)


def seen(chromium, folder, files, script, *flags):
    """What a script that runs on the page returns."""
    text, _ = render("html", files)
    text = re.sub(r"script-src [^;]+;", "script-src 'unsafe-inline';", text)
    runner = f"addEventListener('load', async () => {{ {LATER} const seen = await (async () => {{ {script} }})().catch(String); "
    runner += "const pre = document.createElement('pre'); pre.id = 'seen'; pre.textContent = JSON.stringify(seen); document.body.append(pre); });"
    page = folder / "page.html"
    page.write_text(text.replace("</body>", f"<script>{runner}</script></body>"), encoding="utf-8")
    return json.loads(html.unescape(SEEN.search(run(chromium, page, "--dump-dom", *flags).stdout)[1]))


def many(count):
    body = "".join(
        f"carts_{n} = {{}}\n\n@app.get('/{n}/<user>')\ndef view_{n}(user):\n    carts_{n}[user] = 2\n    return str(carts_{n})\n\n\n"
        for n in range(count)
    )
    return {"app.py": f"import flask\napp = flask.Flask(__name__)\n{body}"}


def test_filters_choose_findings_and_count_them(chromium, tmp_path):
    script = """
      const all = shown();
      await change("rule", "STL201");
      const byRule = shown(), counted = document.querySelector("[data-count]").textContent;
      await change("file", "shop/app.py");
      const nothing = document.querySelector("[data-nothing]").checkVisibility();
      document.querySelector(".filters [type=reset]").click();
      await later();
      await change("text", "GET /number");
      const byText = shown();
      document.querySelector(".filters [type=reset]").click();
      document.querySelector(".filters [name=consequence]").click();
      await later();
      return [all, byRule, counted, nothing, byText, shown()];
    """
    found = seen(chromium, tmp_path, SHOP, script)
    assert found == [["STL106", "STL201"], ["STL201"], "1 of 2", True, ["STL106"], []]


def test_thousands_of_findings_are_filtered(chromium, tmp_path):
    script = """
      await change("text", "carts_1999");
      const some = shown();
      document.querySelector(".filters [type=reset]").click();
      await later();
      return [document.querySelectorAll("article.finding").length, some.length, shown().length];
    """
    assert seen(chromium, tmp_path, many(2000), script) == [2000, 1, 2000]


def test_link_to_a_finding_opens_it(chromium, tmp_path):
    script = """
      const link = document.querySelector(".replica a");
      link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      await later();
      const target = document.getElementById(link.getAttribute("href").slice(1));
      return [target.closest("details").open, document.activeElement === target.closest("details").querySelector("summary")];
    """
    assert seen(chromium, tmp_path, many(20), script) == [True, True]


def test_copy_button_hands_over_the_remedy(chromium, tmp_path):
    script = """
      let copied = "";
      Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { copied = text; } } });
      const button = document.querySelector("[data-copy]");
      button.click();
      await later();
      return [copied, button.closest("figure").querySelector("pre").textContent, button.textContent];
    """
    copied, code, label = seen(chromium, tmp_path, SHOP, script)
    assert copied == code
    assert "\n\n" in copied
    assert label == "Copied"


def test_dark_and_light_follow_the_system_and_the_button(chromium, tmp_path):
    script = """
      const color = () => getComputedStyle(document.body).backgroundColor;
      const before = color();
      document.querySelector("[data-theme-switch]").click();
      return [before, color()];
    """
    light, dark = seen(chromium, tmp_path, SHOP, script)
    assert light != dark
    assert seen(chromium, tmp_path, SHOP, script, "--force-dark-mode") == [dark, light]


def test_page_is_no_wider_than_a_telephone(chromium, tmp_path):
    script = "return [document.documentElement.scrollWidth <= innerWidth, document.querySelector('svg.narrow').checkVisibility()];"
    for files in (SHOP, HOSTILE):
        assert seen(chromium, tmp_path, files, script, "--window-size=500,900") == [True, True]


def test_hostile_text_runs_nothing(chromium, tmp_path):
    script = (
        "return [document.images.length, document.scripts.length, document.querySelectorAll('main script').length];"
    )
    assert seen(chromium, tmp_path, HOSTILE, script) == [0, 2, 0]


def test_page_prints_every_finding_also_folded_ones_without_its_script(chromium, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: install Debian's package `poppler-utils`")
    text, report = render("html", many(20))
    page = tmp_path / "page.html"
    page.write_text(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL), encoding="utf-8")
    target = tmp_path / "page.pdf"
    run(chromium, page, f"--print-to-pdf={target}", "--no-pdf-header-footer")
    printed = subprocess.run(["pdftotext", "-layout", target, "-"], capture_output=True, text=True, check=True).stdout
    assert len(report.findings) == 20
    for n in range(20):
        assert re.search(rf"writes carts_{n}\b", printed)
    assert "Reset" not in printed
