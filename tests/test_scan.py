"""The scan for library normalizations: finds them under any name, and finds nothing in honest code."""

from __future__ import annotations

import pytest

from autograder.scan import library_calls


@pytest.mark.parametrize(("source", "found"), [
    ("import torch\ntorch.nn.functional.batch_norm(x, None, None)", ["torch.nn.functional.batch_norm"]),
    ("import torch.nn.functional as F\ny = F.batch_norm(x, m, v)", ["torch.nn.functional.batch_norm"]),
    ("from torch.nn import BatchNorm1d as B\nB(3)", ["torch.nn.BatchNorm1d"]),
    ("from torch import nn\nnn.SyncBatchNorm(3)", ["torch.nn.SyncBatchNorm"]),
    ("from torch import nn\nsame = y == nn.LayerNorm(3)(x)", ["torch.nn.LayerNorm"]),
    ("from sklearn.preprocessing import StandardScaler", ["sklearn.preprocessing.StandardScaler"]),
    ("from scipy import stats\nstats.zscore(x)", ["scipy.stats.zscore"]),
    ("%%time\nimport torch\ntorch.nn.LayerNorm(3)\nif x:\n    !ls", ["torch.nn.LayerNorm"]),
    ("def f():\n    import bnlib.reference.forward\n", ["bnlib.reference"]),
    ("from autograder.hidden import hard_cases", ["autograder"]),
])
def test_a_library_normalization_is_found_under_any_name(source: str, found: list[str]) -> None:
    assert library_calls([source]) == found


def test_an_import_in_one_cell_is_known_in_the_next() -> None:
    assert library_calls(["import torch.nn.functional as F", "F.layer_norm(x, (3,))"]) == [
        "torch.nn.functional.layer_norm"]


@pytest.mark.parametrize("asked", [
    "isinstance(m, nn.LayerNorm)", "isinstance(m, (nn.BatchNorm3d, nn.SyncBatchNorm))",
    "issubclass(type(m), nn.GroupNorm)", "type(m) in (nn.BatchNorm1d, nn.LayerNorm)", "type(m) is nn.LayerNorm",
    "any(type(m) is kind for kind in [nn.BatchNorm1d, nn.LayerNorm])", "type(m) in {nn.BatchNorm1d}"])
def test_to_ask_whether_a_layer_is_a_normalization_is_not_to_use_one(asked: str) -> None:
    assert library_calls([f"from torch import nn\nfound = [m for m in model.modules() if {asked}]"]) == []
    assert library_calls([f"from torch import nn\nm = nn.LayerNorm(3)\n{asked}"]) == ["torch.nn.LayerNorm"]


def test_a_kind_in_a_match_statement_is_asked_for() -> None:
    match = "from torch import nn\nmatch m:\n    case nn.BatchNorm1d() | nn.BatchNorm2d():\n        m.eval()"
    assert library_calls([match]) == []
    assert library_calls([match + "\n    case _:\n        m = nn.BatchNorm1d(3)"]) == ["torch.nn.BatchNorm1d"]


def test_a_tuple_of_kinds_to_ask_for_is_no_use_and_one_of_functions_is() -> None:
    kinds = "from torch import nn\nNORMS = (nn.BatchNorm3d, nn.LayerNorm)\nisinstance(m, NORMS)"
    assert library_calls([kinds]) == []
    assert library_calls([kinds, "y = (nn.functional.layer_norm, 1)[0](x)"]) == ["torch.nn.functional.layer_norm"]


def test_honest_code_and_code_that_is_no_python_give_nothing() -> None:
    honest = "import numpy as np\nfrom bnlib.check import check\ndef batch_norm(x):\n    return np.linalg.norm(x)"
    assert library_calls([honest, "def f(x)\n    return", "batch_norm(x)", "(" * 10_000]) == []
