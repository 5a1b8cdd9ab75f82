"""The path of each finding as text: `python -m tests.witness FOLDER` writes FOLDER/witness.txt."""

import sys
from pathlib import Path

from statelint.app.pipeline import check_sources
from statelint.domain.findings import Report
from statelint.settings.options import Options
from statelint.sources.discover import discover


def sources(folder: Path) -> dict[str, str]:
    """The files of an application that are read, by their path below it."""
    found = discover(folder, Options()).sources
    return {source.path: Path(source.file).read_text(encoding="utf-8") for source in found}


def rendered(report: Report) -> str:
    """Each finding with the steps from its entry point to the write."""
    lines: list[str] = []
    for finding in report.findings:
        lines.append(f"{finding.code} {finding.symbol}")
        lines.extend(f"    {step.function}: {step.note}" for step in finding.witness)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        (Path(name) / "witness.txt").write_text(rendered(check_sources(sources(Path(name)))))
