"""Run every benchmarks/bench_*.py in order: `python -m benchmarks [NAME …]` (all without a name)."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main(wanted: list[str]) -> int:
    """Run the named benchmarks (`grading` for bench_grading.py); return the exit status."""
    names = [path.stem.removeprefix("bench_") for path in sorted(Path(__file__).parent.glob("bench_*.py"))]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(names) or 'none'}.", file=sys.stderr)
        return 2
    for name in wanted or names:
        print(f"== {name}", flush=True)
        import_module(f"benchmarks.bench_{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
