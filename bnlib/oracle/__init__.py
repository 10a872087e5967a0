"""Every known mistake is a switch: all off gives the truth, one on gives that mistake's answer.

`SWITCHES` lists them, by name, with what to say; the modules beside it compute with them.
"""

from __future__ import annotations

from bnlib.oracle import (
    backward,
    batchnorm,
    directions,
    evidence,
    evidence_training,
    fused,
    images,
    landscape,
    layer,
    norms,
    pitfalls,
    renorm,
    running,
    running_layer,
    scaling,
    statistics,
    surgery,
    training,
    verdicts,
    weights,
)
from bnlib.oracle.switches import OBSERVED, Switch

ALL: tuple[Switch, ...] = (
    *statistics.SWITCHES, *scaling.SWITCHES, *directions.SWITCHES, *batchnorm.SWITCHES, *backward.SWITCHES,
    *fused.SWITCHES, *layer.SWITCHES,
    *running.SWITCHES, *running_layer.SWITCHES, *images.SWITCHES, *norms.SWITCHES, *renorm.SWITCHES,
    *weights.SWITCHES, *landscape.SWITCHES, *evidence.SWITCHES, *evidence_training.SWITCHES, *verdicts.SWITCHES,
    *training.SWITCHES, *pitfalls.SWITCHES, *surgery.SWITCHES, *OBSERVED,
)
SWITCHES: dict[str, Switch] = {switch.name: switch for switch in ALL}

__all__ = ["ALL", "SWITCHES", "Switch"]
