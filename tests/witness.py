"""The path of each finding as text: `python -m tests.witness FOLDER` writes FOLDER/witness.txt."""

import sys
from pathlib import Path

from statelint.app.pipeline import check_sources
from statelint.domain.findings import Report


def sources(folder: Path) -> dict[str, str]:
    """The Python files of an application by their path below it."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.py"))}


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
