"""`--format junit`: a test report, which most CI systems show."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from statelint.domain.findings import Report
from statelint.report.context import Format, RenderContext
from statelint.report.remarks import Remark, in_lines, remarks
from statelint.report.style import visible

NOTHING_FOUND = "no state that keeps this application on one replica"


def render(report: Report, context: RenderContext) -> str:
    """A suite for each file with findings, and a failure for each finding."""
    found = sorted(remarks(report), key=lambda remark: (remark.place.path, remark.place.line))
    count = str(len(found))
    root = ET.Element("testsuites", name="statelint", tests=count if found else "1", failures=count, errors="0")
    for path, group in groupby(found, key=lambda remark: context.display(remark.place.path)):
        _add_suite(root, path, list(group), context)
    if not found:
        suite = ET.SubElement(root, "testsuite", name="statelint", tests="1", failures="0", errors="0")
        ET.SubElement(suite, "testcase", name=NOTHING_FOUND, classname="statelint", time="0")
    ET.indent(root)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + ET.tostring(root, encoding="unicode") + "\n"


def _add_suite(root: ET.Element, path: str, found: list[Remark], context: RenderContext) -> None:
    count = str(len(found))
    suite = ET.SubElement(root, "testsuite", name=visible(path), tests=count, failures=count, errors="0")
    for remark in found:
        line = str(remark.place.line)
        name = f"{remark.code} {remark.symbol or remark.name} (line {line})"
        case = ET.SubElement(
            suite, "testcase", name=visible(name), classname=visible(path), file=visible(path), line=line, time="0"
        )
        failure = ET.SubElement(case, "failure", type=remark.severity.value, message=visible(remark.message))
        where = f"{path}:{line}:{remark.place.column}: {remark.code} {remark.message}"
        failure.text = "\n".join(map(visible, (where, *in_lines(remark, context.display))))


FORMAT = Format("junit", render)
