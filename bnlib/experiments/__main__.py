"""`python -m bnlib.experiments`: what there is to run, and what is kept of earlier runs."""

from __future__ import annotations

import argparse
import inspect
import sys

import bnlib.experiments
from bnlib.experiments.store import EXPERIMENTS, folder, version


def main(argv: list[str] | None = None) -> int:
    """List the experiments and the kept results, or clear these."""
    parser = argparse.ArgumentParser(prog="python -m bnlib.experiments", description=bnlib.experiments.__doc__,
                                     epilog="BNLIB_CACHE names another folder for results, or is `off`.")
    parser.add_argument("--clear", action="store_true", help="delete all results that are kept")
    args = parser.parse_args(argv)
    place = folder()
    if args.clear:
        for file in [] if place is None else [*place.glob("*/*.npz"), *place.glob("*/*.part")]:
            file.unlink(missing_ok=True)
        print("Nothing is kept now.")
        return 0
    for name, run in EXPERIMENTS.items():
        print(f"{name}{inspect.signature(run)}\n    {(run.__doc__ or '').strip().splitlines()[0]}")
    if place is None:
        print("\nResults are not kept: BNLIB_CACHE is off.")
        return 0
    now = len(list((place / version()).glob("*.npz")))
    every = list(place.glob("*/*.npz"))
    size = sum(file.stat().st_size for file in every) / 1e6
    print(f"\nKept in {place}: {now} results of this code and {len(every) - now} of other versions, {size:.1f} MB. "
          "--clear deletes them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
