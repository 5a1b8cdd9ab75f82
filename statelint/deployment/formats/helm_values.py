"""Values of a Helm chart: one object for each key at the top, which often is a chart that is brought along."""

from __future__ import annotations

import re
from collections.abc import Iterator

from statelint.deployment.changes.trees import changed_tree
from statelint.deployment.model import Format, Part, Runs, Text
from statelint.deployment.trees import Flattener, Node, child, documents, pairs, scalar

NAME = re.compile(r"(^|[-_.])values([-_.].*)?\.ya?ml$|^helmfile(\..*)?\.ya?ml$")


def recognise(path: str, text: str) -> bool:
    """By name: the content is whatever a chart reads."""
    return NAME.search(path.rpartition("/")[2]) is not None and ".schema." not in path and "apiVersion:" not in text


def parse(text: Text) -> Iterator[Part]:
    """The keys at the top; single values among them are one object."""
    flattener = Flattener(text)
    folder = text.path.rpartition("/")[0].rpartition("/")[2]
    for root in documents(text):
        single = []
        whole = _runs(root) or Runs()
        for key, value in pairs(root):
            settings = (flattener.setting((key.value,), key, value), *flattener.settings(value, (key.value,)))
            if len(settings) == 1 and scalar(value):
                single.append(settings[0])
            else:
                yield Part("values", key.value, settings, (key.value, folder), runs=_runs(value) or whole)
        yield Part("values", "", tuple(single), (folder,), runs=whole)


def _runs(node: Node | None) -> Runs | None:
    """The image that most charts take from here."""
    image = child(node, "image")
    name = scalar(image) or scalar(child(image, "repository"))
    return Runs((name,)) if name else None


FORMAT = Format("helm-values", recognise, parse, changed_tree)
