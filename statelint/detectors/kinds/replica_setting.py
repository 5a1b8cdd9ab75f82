"""A setting that makes replicas differ, or keeps a workload to one copy."""

from __future__ import annotations

from statelint.detectors.candidate import Detector
from statelint.detectors.deployed import Params, detect

DETECTOR = Detector("replica-setting", Params, detect)
