# Submissions that end the process, or try to end others.  Own cell before right answers.

# %% attack="os._exit" status="crashed" score=12
import os
os._exit(0)

# %% attack="sys.exit" status="graded" score=12
import sys
sys.exit(0)

# %% attack="raises SystemExit from a thread and goes on" status="graded" score=12
import threading
threading.Thread(target=exit).start()

# %% attack="signals itself" status="graded" score=12
import os, signal
os.kill(os.getpid(), signal.SIGTERM)

# %% attack="kills its parent" status="graded" score=12
import os, signal
try:
    os.kill(os.getppid(), signal.SIGKILL)
except OSError:
    pass

# %% attack="kills everything it may" status="graded" score=12
import os, signal
try:
    os.kill(-1, signal.SIGKILL)
except OSError:
    pass

# %% attack="kills every number" status="graded" score=12
import os, signal
for pid in range(2, 5000):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass

# %% attack="segmentation fault" status="crashed" score=12
import ctypes
ctypes.string_at(0)

# %% attack="abort" status="crashed" score=12
import os
os.abort()

# %% attack="closes every descriptor" status="crashed" score=12
import os
os.closerange(0, 4096)

# %% attack="a new session that outlives it" status="graded" score=12
import subprocess
subprocess.Popen(["sleep", "600"], start_new_session=True)

# %% attack="replaces itself by another program" status="crashed" score=12
import os
os.execv("/bin/true", ["true"])

# %% attack="the answer ends the process" status="crashed" score=9 base="first"
def batch_statistics(x):
    import os
    os._exit(0)

# %% attack="the answer never returns" status="timeout" score=9 base="first"
def batch_statistics(x):
    while True:
        pass

# %% attack="the answer raises KeyboardInterrupt" status="graded" score=9 base="first"
def batch_statistics(x):
    raise KeyboardInterrupt

# %% attack="stops itself" status="timeout" score=12
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
import time
time.sleep(600)
