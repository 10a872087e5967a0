# Submissions that use up what there is.  The source stands in a cell of the student's own before right answers.

# %% attack="endless loop" status="timeout" score=12
while True:
    pass

# %% attack="endless loop that swallows interrupts" status="timeout" score=12
import signal
for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# %% attack="sleeps for ever" status="timeout" score=12
import time
time.sleep(10**6)

# %% attack="waits for input" status="graded" score=12
try:
    input("password: ")
except EOFError:
    pass

# %% attack="one huge array" status="out_of_memory" score=12
import numpy as np
x = np.ones(10**10)

# %% attack="memory bit by bit" status="out_of_memory" score=12
held = []
while True:
    held.append(bytearray(10 << 20))

# %% attack="memory in many processes" status="out_of_memory" score=12
import os, time
for _ in range(30):
    if os.fork() == 0:
        held = b"1" * (200 << 20)
        time.sleep(60)
time.sleep(60)

# %% attack="fork bomb" status="crashed" score=12
import os
while True:
    try:
        os.fork()
    except OSError:
        pass

# %% attack="five hundred threads" status="graded" score=12
import threading, time
try:
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except (RuntimeError, MemoryError):
    pass

# %% attack="a file that fills the disk" status="graded" score=12
try:
    with open("full", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
except OSError:
    pass

# %% attack="a million files" status="graded" score=12
try:
    for k in range(10**6):
        open(f"file{k}", "w").close()
except OSError:
    pass

# %% attack="fills shared memory" status="graded" score=12
try:
    with open("/dev/shm/full", "wb") as file:
        while True:
            file.write(bytes(1 << 20))
except OSError:
    pass

# %% attack="a million prints" status="graded" score=12
for k in range(10**6):
    print(k)

# %% attack="a hundred megabytes of text" status="graded" score=12
print("x" * (100 << 20))

# %% attack="a hundred figures" status="graded" score=12
import matplotlib.pyplot as plt
for _ in range(100):
    fig = plt.figure(figsize=(1, 1))
    display(fig)
    plt.close(fig)

# %% attack="recursion without end" status="graded" score=12
def deeper(n):
    return deeper(n + 1)
try:
    deeper(0)
except RecursionError:
    pass

# %% attack="recursion until the stack breaks" status="crashed" score=12
import ctypes, sys
sys.setrecursionlimit(10**9)
class Deep:
    def __repr__(self):
        return repr(self)
ctypes.string_at(0)

# %% attack="a number of a billion digits" status="timeout" score=12
x = 10 ** (10 ** 9)
str(x)

# %% attack="a thousand open files" status="graded" score=12
held = []
try:
    while True:
        held.append(open("/dev/null"))
except OSError:
    pass
held.clear()

# %% attack="shared memory in many processes" status="out_of_memory" score=12
import mmap, os, time
for _ in range(8):
    if os.fork() == 0:
        shared = mmap.mmap(-1, 200 << 20)
        for k in range(0, 200 << 20, 4096):
            shared[k] = 1
        time.sleep(60)
time.sleep(60)

# %% attack="files in memory without a name" status="graded" score=12
import os
try:
    held = os.memfd_create("x")
    os._exit(1)  # a thousand of them hold any amount
except OSError:
    pass

# %% attack="segments of System V" status="graded" score=12
import ctypes, os
if ctypes.CDLL(None).shmget(0, 100 << 20, 0o1600) >= 0:
    os._exit(1)  # touched and let go, it stays

# %% attack="a file system of its own" status="graded" score=12
import ctypes, os
if ctypes.CDLL(None).unshare(0x10000000 | 0x00020000) == 0:  # namespaces for users and mounts
    os._exit(1)  # a tmpfs of any size can be mounted now

# %% attack="a session of its own" status="graded" score=12
import os
child = os.fork()
if child == 0:
    os.setsid()  # sixty of them would get sixty shares of the processors
    os._exit(os.getsid(0) == os.getpid())
if os.waitpid(child, 0)[1]:
    os._exit(1)

# %% attack="a socket to elsewhere, and a larger buffer" status="graded" score=12
import os, socket
one, other = socket.socketpair()
for ask in (lambda: socket.socket(), lambda: one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)):
    try:
        ask()
        os._exit(1)  # the kernel holds megabytes for each
    except OSError:
        pass

# %% attack="sockets filled in many processes" status="out_of_memory" score=12
import os, socket, time
for _ in range(60):
    if os.fork() == 0:
        held = []
        try:
            while True:
                one, other = socket.socketpair()
                one.setblocking(False)
                held += [one, other]
                try:
                    while True:
                        one.send(bytes(65536))
                except BlockingIOError:
                    pass
        except OSError:
            time.sleep(60)
time.sleep(60)

# %% attack="twenty thousand threads" status="crashed" score=12
import os, threading, time
threading.stack_size(32768)
for _ in range(50):
    if os.fork() == 0:
        for _ in range(400):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        time.sleep(60)
time.sleep(60)
