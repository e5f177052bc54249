"""`python -m benchmarks.matching.train`: make the shipped model and its card from generated worlds.

Worlds, seeds and settings are fixed here, so the same code writes the same bytes.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.matching.calibrating import best_of, calibration_of, first_calibration
from benchmarks.matching.examples import groups_of, table_of, worlds
from benchmarks.matching.fitting import train_additive, train_trees
from matching.features import FEATURES
from matching.model import SHIPPED, model_of, trees_of

VERSION: Final = "2"
TRAINING_SEEDS: Final = range(100, 105)
CALIBRATION_SEEDS: Final = range(200, 204)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", type=Path, default=SHIPPED, help="where the model is written")
    wanted = parser.parse_args(arguments)
    began = time.process_time()
    training = [group for world in worlds(TRAINING_SEEDS) for group in groups_of(world)]
    table, labels = table_of(training)
    took = time.process_time() - began
    print(f"{len(training)} payments, {len(table)} explanations, {took:.0f} s", flush=True)
    model: dict[str, Any] = {
        "version": VERSION,
        "features": list(FEATURES),
        "trees": (trees := train_trees(table, labels)),
        "additive": train_additive(table, labels),
        "calibration": first_calibration(trees_of(trees), training),
        "lane_probability": 0.9999,
    }
    del training, table
    model["calibration"] = calibration_of(best_of(model_of(model), CALIBRATION_SEEDS))
    wanted.o.parent.mkdir(parents=True, exist_ok=True)
    wanted.o.write_text(json.dumps(model, separators=(",", ":")) + "\n")
    floor, took = model["calibration"]["auto_floor"], time.process_time() - began
    print(f"{wanted.o}: {wanted.o.stat().st_size} bytes, floor {floor}, {took:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
