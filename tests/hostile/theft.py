# Submissions that print what they must not read; {names} are filled in with real paths.  Nothing answered: worth 0.

# %% attack="the solutions" status="graded" score=0 base="blank"
import glob
for path in glob.glob("{ROOT}/solutions/*/*") + glob.glob("/*/solutions/*/*") + glob.glob("/*/*/solutions/*/*"):
    print(open(path).read())

# %% attack="the hidden cases" status="graded" score=0 base="blank"
import glob
for path in glob.glob("{ROOT}/autograder/hidden/*.py") + glob.glob("/course/autograder/hidden/*.py"):
    print(open(path).read())

# %% attack="the reference" status="graded" score=0 base="blank"
import glob
for path in glob.glob("/course/bnlib/reference/*") + glob.glob("{ROOT}/bnlib/reference/*.py"):
    print(open(path).read())

# %% attack="the judge's key" status="graded" score=0 base="blank"
print(open("{WORK}/.judge-key").read())

# %% attack="the gradebook" status="graded" score=0 base="blank"
print(open("{WORK}/gradebook.db", "rb").read())

# %% attack="the neighbours" status="graded" score=0 base="blank"
import glob
for path in glob.glob("{SUBMITTED}/*/*/*.ipynb"):
    print(open(path).read())

# %% attack="the environment" status="graded" score=0 base="blank"
import glob, os
print(dict(os.environ))
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        print(open(path, "rb").read())
    except OSError:
        pass

# %% attack="the memory of the server" status="graded" score=0 base="blank"
import glob
for path in glob.glob("/proc/[0-9]*/mem"):
    try:
        with open(path, "r+b") as memory:
            memory.seek(0x400000)
            print(memory.read(100))
    except (OSError, ValueError):
        pass

# %% attack="home and keys" status="graded" score=0 base="blank"
import glob, os
for pattern in ("/root/.*/*", "/home/*/.*/*", "/etc/passwd", "/etc/shadow", "{HOME}/**/*"):
    for path in glob.glob(pattern, recursive=True):
        if os.path.isfile(path) and ".pyenv" not in path and ".cache" not in path:
            print(open(path, errors="replace").read()[:1000])

# %% attack="a secret file anywhere" status="graded" score=0 base="blank"
import os
for path in ("{SECRET}", "/proc/1/root{SECRET}", "/proc/self/root{SECRET}", "/proc/self/cwd/../..{SECRET}"):
    if os.path.exists(path):
        print(open(path).read())

# %% attack="the network" status="graded" score=0 base="blank"
import socket, urllib.request
for host in ("127.0.0.1", "192.0.2.1", "169.254.169.254"):
    for port in (22, 53, 80, 443, {PORT}):
        try:
            print(socket.create_connection((host, port), 0.1).recv(100))
        except OSError:
            pass

# %% attack="a socket of this machine" status="graded" score=0 base="blank"
import socket
for path in ("/var/run/docker.sock", "/run/podman/podman.sock", "/tmp/.X11-unix/X0", "{SOCKET}"):
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path)
            print(line.recv(100))
    except OSError:
        pass

# %% attack="devices" status="graded" score=0 base="blank"
import glob
for path in glob.glob("/dev/*") + ["/proc/kcore", "/dev/mem", "/dev/vda", "/dev/sda"]:
    try:
        if path.rsplit("/", 1)[1] not in ("zero", "full", "random", "urandom", "tty", "console", "ptmx", "stdin"):
            print(path, open(path, "rb").read(100))
    except OSError:
        pass

# %% attack="a link to the solutions, read back" status="graded" score=0 base="blank"
import os
os.symlink("{ROOT}/solutions", "link")
for folder, _, files in os.walk("link"):
    for file in files:
        print(open(os.path.join(folder, file)).read())

# %% attack="a wider view by mounting" status="graded" score=0 base="blank"
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.unshare(0x10000000 | 0x00020000)
os.makedirs("here", exist_ok=True)
for device in (b"/dev/vda", b"/dev/sda1", b"proc", b"sysfs"):
    for kind in (b"ext4", b"proc", b"sysfs", b"overlay"):
        if libc.mount(device, b"here", kind, 0, None) == 0:
            for path in ("here{SECRET}", "here/1/environ"):
                if os.path.exists(path):
                    print(open(path, errors="replace").read())
