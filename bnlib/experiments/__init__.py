"""The experiments of lesson 08 on networks so small that five seeds of each fit into a minute.

Each is a function: seeds and settings in, a dict of arrays out, the seed an axis of each.  While one runs, a bar shows
how far it is; the same call is answered from disk the next time (see `store`: the key is every parameter, the code and
the libraries).  `python -m bnlib.experiments` lists them and what is kept.
"""

from bnlib.experiments.crowd import Crowd, Form
from bnlib.experiments.landscape import Place, places, stops
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
    "stops",
    "sweep",
    "unit_inputs",
    "wrong_labels",
]
