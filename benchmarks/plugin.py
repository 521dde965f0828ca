"""What the plugin costs mypy: its loading, and a check of the digits example from a cold cache."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.timing import interleaved

ROOT = Path(__file__).parent.parent


def checker(folder: Path, plugin: bool, target: Path, *, cold: bool) -> Callable[[], None]:
    """A run of mypy on *target* with or without the plugin."""
    name = f"{target.stem}-{plugin}-{cold}"
    config = folder / f"{name}.ini"
    config.write_text("[mypy]\nignore_missing_imports = True\n" + "plugins = shapenet.mypy_plugin\n" * plugin)
    cache = ["--cache-dir", "/dev/null" if cold else str(folder / f"cache-{name}")]

    def run() -> None:
        command = [sys.executable, "-m", "mypy", "--config-file", str(config), *cache, str(target)]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)

    return run


def main() -> None:
    """Print both costs."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        empty = folder / "empty.py"
        empty.write_text("")
        loaded, plain = (checker(folder, plugin, empty, cold=False) for plugin in (True, False))
        with_plugin, without = interleaved(loaded, plain, rounds=15)
        print(f"an empty file, warm: {with_plugin:.3f} s with the plugin, {without:.3f} s without")
        print(f"loading the plugin:  {with_plugin - without:+.3f} s (bar: below 0.3 s)")
        digits = ROOT / "examples" / "digits.py"
        proving, ignoring = (checker(folder, plugin, digits, cold=True) for plugin in (True, False))
        with_plugin, without = interleaved(proving, ignoring, rounds=3)
        ratio = with_plugin / without
        print(f"the digits example, cold: {with_plugin:.2f} s with, {without:.2f} s without, ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
