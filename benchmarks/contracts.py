"""What runtime contracts cost in a training step of the digits example, in steady state."""

from __future__ import annotations

import numpy as np

import shapenet
from benchmarks.timing import interleaved, seconds
from examples.digits import Digits
from shapenet import functional as F
from shapenet import nn
from shapenet.optim import AdamW

CALLS = 20_000
ROUNDS = 200


def main() -> None:
    """Print the cost of a checked call, and its share of a step."""
    shapenet.manual_seed(0)
    model = Digits()
    optimizer = AdamW(model.parameters())
    images = shapenet.randn(64, 1, 8, 8)
    labels = shapenet.from_numpy(np.arange(64) % 10)

    def step() -> None:
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def unchecked_step() -> None:
        with shapenet.unchecked():
            step()

    calls = sum(1 for _ in model.named_modules())
    layer, small = nn.ReLU(), shapenet.zeros(1)
    bare = nn.ReLU.__call__.__wrapped__  # type: ignore[attr-defined]  # the method under the contract
    checked_calls, bare_calls = interleaved(
        lambda: [layer(small) for _ in range(CALLS)], lambda: [bare(layer, small) for _ in range(CALLS)], rounds=9
    )
    each = (checked_calls - bare_calls) / CALLS
    checked, unchecked = interleaved(step, unchecked_step, ROUNDS)
    first = seconds(lambda: Digits()(images))
    print(f"a call whose signature is known:   {each * 1e6:.2f} us")
    print(f"a step of {calls} calls, checked:       {checked * 1e3:.3f} ms")
    print(f"the same step, unchecked:          {unchecked * 1e3:.3f} ms, ratio {checked / unchecked:.4f}")
    print(f"share of the contracts in a step:  {calls * each / checked:.2%} (bar: below 3%)")
    print(f"the first call of a new model:     {first * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
