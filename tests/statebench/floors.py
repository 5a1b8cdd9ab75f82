"""Holds recall and precision on the labelled applications at the floors of floors.json, which only rise."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def main(bench: Path, apps: Path, statelint: str) -> None:
    """Score every application and compare."""
    floors = json.loads((Path(__file__).parent / "floors.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "totals.json"
        subprocess.run(
            [
                sys.executable, str(bench / "score.py"), str(bench / "visible"), str(apps), "--statelint", statelint,
                "--json", str(target),
            ],
            check=True,
        )  # fmt: skip
        totals = json.loads(target.read_text())
    found = {
        "sure recall": totals["hit_sure"] / totals["sure"],
        "recall": totals["hit"] / totals["states"],
        "precision": totals["right"] / totals["findings"],
    }
    for name, floor in floors.items():
        print(f"{name}: {found[name]:.3f}, floor {floor:.3f}")
        if found[name] < floor:
            sys.exit(f"{name} fell below its floor: find the change that did it, or say why it is right")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
