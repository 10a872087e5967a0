"""The experiments of lesson 08 on networks so small that five seeds of each fit into a minute."""

from bnlib.experiments.crowd import Crowd, Form
from bnlib.experiments.landscape import Place, places
from bnlib.experiments.signals import covariate_shift, gradient_norms, unit_inputs
from bnlib.experiments.sweeps import SEEDS, clusters, load, sweep, wrong_labels

__all__ = [
    "SEEDS",
    "Crowd",
    "Form",
    "Place",
    "clusters",
    "covariate_shift",
    "gradient_norms",
    "load",
    "places",
    "sweep",
    "unit_inputs",
    "wrong_labels",
]
