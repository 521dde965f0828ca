"""``python -m benchmarks.worker LIBRARY CASE``: one library in one case, which answers questions over pipes.

Each line of the input is a question, each line of the output its answer, in JSON. ``facts``: what must be the same in
all libraries; ``warm_up``: nothing; ``round``: the seconds of a step; ``peak``: the bytes of memory that the case took,
and ``fresh``: those that one step allocates, seen by Python.
"""

from __future__ import annotations

import json
import re
import sys
import tracemalloc
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cases import BY_PATH, Case, Convolution, forward, forward_and_backward
from benchmarks.libraries import LOOP, open_library
from benchmarks.timing import seconds

ROUND = 0.05
"""Seconds that the steps of a round should take."""
SMALL = Convolution(batch=1, in_channels=1, out_channels=1, kernel=1, size=1, padding=0)


class Worker:
    """A case, built in a library."""

    def __init__(self, library: str, case: Case) -> None:
        opened = open_library(library)
        # What a library loads with its first calls is no memory of the case.
        _, call = (forward if library == LOOP else forward_and_backward)(SMALL.layer, SMALL.images)(opened)
        call()
        self._before = _memory("VmRSS")
        self._model, self._step = case.build(opened)
        self._steps = 1

    def facts(self) -> dict[str, Any]:
        """The number of parameters, and the shape of the output."""
        parameters = sum(int(parameter.numel()) for parameter in self._model.parameters())
        return {"parameters": parameters, "output": list(self._step().shape)}

    def warm_up(self) -> None:
        """Take some steps, and see how many make a round."""
        last = [seconds(self._step) for _ in range(3)][-1]
        self._steps = max(1, round(ROUND / last))

    def round(self) -> float:
        """The seconds of a step in a new round, the median.

        The first steps after a pause are slower: caches are cold, and pages must be asked from a hypervisor again.
        """
        if self._steps > 1:
            self._step()
        return median(seconds(self._step) for _ in range(self._steps))

    def peak(self) -> int | None:
        """The most memory that this process ever had, over what it had when the library was open."""
        most = _memory("VmHWM")
        return None if most is None or self._before is None else most - self._before

    def fresh(self) -> int:
        """The most that one step in steady state has allocated at a time, its output included."""
        tracemalloc.start()
        self._step()  # lets go of what was allocated unseen, such as old gradients
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        self._step()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - before


def _memory(what: str) -> int | None:
    """A line of what Linux says of this process, in bytes; None elsewhere. (``getrusage`` counts the parent's too.)"""
    status = Path("/proc/self/status")
    found = re.search(rf"^{what}:\s*(\d+) kB$", status.read_text() if status.exists() else "", re.M)
    return int(found[1]) * 1024 if found else None


def main() -> None:
    """Answer until the input ends."""
    library, path = sys.argv[1:]
    worker = Worker(library, BY_PATH[path])
    for question in sys.stdin:
        print(json.dumps(getattr(worker, question.strip())()), flush=True)


if __name__ == "__main__":
    main()
