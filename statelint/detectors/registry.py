"""Finds the detector kinds by walking their package."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from statelint.detectors import kinds
from statelint.detectors.candidate import DeploymentDetector, Detector


def detectors() -> Mapping[str, Detector | DeploymentDetector]:
    """Every kind by name."""
    found: dict[str, Detector | DeploymentDetector] = {}
    for info in pkgutil.iter_modules(kinds.__path__):
        detector = importlib.import_module(f"{kinds.__name__}.{info.name}").DETECTOR
        found[detector.name] = detector
    return found
