# Submissions that want points without answers: nothing else is answered (base "blank", worth 0), or the first answer
# lies (base "first", the other answers are right and worth 9).

# %% attack="check redefined" status="graded" score=0 base="blank"
def check(name, function):
    print("visible checks passed")

# %% attack="check patched in its module" status="graded" score=0 base="blank"
import bnlib.check
bnlib.check.check = lambda *a: None

# %% attack="the caller in the worker patched" status="graded" score=0 base="blank"
import sys
from bnlib.check.model import Answer
import numpy as np
for name in list(sys.modules):
    module = sys.modules[name]
    if hasattr(module, "call"):
        try:
            module.call = lambda *a, **k: Answer(values=(np.zeros(3), np.zeros(3)), kinds=("ndarray", "ndarray"))
        except Exception:
            pass

# %% attack="the worker's runner found through gc" status="graded" score=0 base="blank"
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Runner":
        type(thing).call = lambda *a, **k: None

# %% attack="frames of the worker written to" status="graded" score=0 base="blank"
import sys
frame = sys._getframe()
while frame:
    for name in ("passed", "score", "points", "verdict", "reply"):
        if name in frame.f_locals:
            frame.f_locals[name] = 10**6
    frame = frame.f_back

# %% attack="builtins patched" status="crashed" score=0 base="blank"
import builtins
builtins.abs = lambda x: 0
builtins.all = lambda x: True
builtins.isinstance = lambda *a: True

# %% attack="NumPy patched" status="graded" score=0 base="blank"
import numpy as np
np.allclose = lambda *a, **k: True
np.array_equal = lambda *a, **k: True
np.abs = lambda x: np.zeros_like(x)
np.testing.assert_allclose = lambda *a, **k: None

# %% attack="IPython hooks" status="graded_with_errors" score=0 base="blank"
shell = get_ipython()
shell.events.register("post_run_cell", lambda result: setattr(result, "error_in_exec", None))
shell.run_cell = lambda *a, **k: None

# %% attack="an input transformer" status="graded" score=0 base="blank"
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])

# %% attack="an AST transformer" status="graded" score=0 base="blank"
import ast
class Nothing(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module(body=[], type_ignores=[])
get_ipython().ast_transformers.append(Nothing())

# %% attack="time stands still" status="timeout" score=0 base="blank"
import time
time.monotonic = time.time = time.perf_counter = lambda: 0.0
while True:
    pass

# %% attack="an answer to every name" status="graded" score=0 base="blank"
class Namespace(dict):
    def __missing__(self, key):
        return lambda *a, **k: 0.0
get_ipython().user_ns = Namespace(get_ipython().user_ns)

# %% attack="writes to the judge's line" status="crashed" score=0 base="blank"
import os
for fd in range(3, 64):
    try:
        os.write(fd, b"\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00{}")
    except OSError:
        pass

# %% attack="a forged reply ahead of the question" status="crashed" score=0 base="blank"
import os, json, struct
header = json.dumps([{"values": [], "id": 3, "passed": True, "score": 100}, []]).encode()
for fd in range(3, 64):
    try:
        os.write(fd, struct.pack(">IQ", len(header), 0) + header)
    except OSError:
        pass

# %% attack="a reply without end" status="crashed" score=0 base="blank"
import os, struct
for fd in range(3, 64):
    try:
        os.write(fd, struct.pack(">IQ", 2**32 - 1, 2**64 - 1))
    except OSError:
        pass

# %% attack="a liar that equals everything" status="graded" score=9 base="first"
class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = __sub__
    def __le__(self, other): return True
    __lt__ = __gt__ = __ge__ = __le__
    def __float__(self): return 0.0
    def __array_ufunc__(self, *a, **k): return True
    shape = (3,)
    dtype = float
def batch_statistics(x):
    return Liar(), Liar()

# %% attack="a subclass of ndarray" status="graded" score=9 base="first"
class Sub(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.zeros(3)
    def __eq__(self, other): return np.ones(self.shape, bool)
    def astype(self, *a, **k): return self
def batch_statistics(x):
    return np.zeros(x.shape[1]).view(Sub), np.zeros(x.shape[1]).view(Sub)

# %% attack="an array interface that lies later" status="graded" score=9 base="first"
class Lazy:
    count = 0
    def __array__(self, dtype=None, copy=None):
        Lazy.count += 1
        return np.zeros(3) if Lazy.count % 2 else np.ones(3)
def batch_statistics(x):
    return Lazy(), Lazy()

# %% attack="NaN everywhere" status="graded" score=9 base="first"
def batch_statistics(x):
    return np.full(x.shape[1], np.nan), np.full(x.shape[1], np.nan)

# %% attack="objects in an array" status="graded" score=9 base="first"
def batch_statistics(x):
    y = np.empty(x.shape[1], object)
    y[:] = [type("E", (), {"__eq__": lambda s, o: True, "__float__": lambda s: 0.0})() for _ in y]
    return y, y

# %% attack="a gigabyte for an answer" status="graded" score=9 base="first"
def batch_statistics(x):
    return np.broadcast_to(0.0, (1 << 15, 1 << 15)), np.broadcast_to(0.0, (1 << 15, 1 << 15))

# %% attack="the input overwritten" status="graded" score=9 base="first"
def batch_statistics(x):
    x[:] = 0
    return np.zeros(x.shape[1]), np.zeros(x.shape[1])

# %% attack="the visible case by heart" status="graded" score=9 base="first"
def batch_statistics(x):
    if x.shape == (3, 2):
        return np.array([2.0, 3.0]), np.array([1.0, 2.0])
    return np.zeros(x.shape[1]), np.ones(x.shape[1])

# %% attack="right on the first call only" status="graded" score=9 base="first"
calls = []
def batch_statistics(x):
    calls.append(1)
    shift = 0.0 if len(calls) == 1 else 1e-3
    return x.mean(axis=0) + shift, x.var(axis=0)

# %% attack="a thread that answers for it" status="graded" score=0 base="blank"
import threading, time
def forge():
    while True:
        get_ipython().user_ns["batch_statistics"] = lambda x: (x[0], x[0])
        time.sleep(0.001)
threading.Thread(target=forge, daemon=True).start()

# %% attack="the oracle asked" status="graded" score=9 base="first"
def batch_statistics(x):
    from bnlib.oracle import batchnorm
    return batchnorm.batch_statistics((x,), frozenset())

# %% attack="the reference asked" status="graded" score=9 base="first"
def batch_statistics(x):
    import importlib, sys
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "Refuse"]
    return importlib.import_module("bnlib.reference").batch_statistics(x)

# %% attack="PyTorch asked, past the guard" status="graded" score=9 base="first"
def batch_statistics(x):
    import sys
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "Refuse"]
    import torch
    x = torch.from_numpy(x)
    return x.mean(0), x.var(0, unbiased=False)
