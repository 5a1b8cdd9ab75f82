"""A setting that makes replicas differ, or keeps a workload to one copy."""

from __future__ import annotations

from statelint.detectors.candidate import DeploymentDetector
from statelint.detectors.deployed import Params, detect

DETECTOR = DeploymentDetector("replica-setting", Params, detect)
