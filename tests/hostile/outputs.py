# Submissions whose outputs or errors are more, or other, than a notebook file holds.  Own cell before right answers.

# %% attack="half a surrogate pair everywhere" status="graded" score=12
print("\ud800")
display({"application/json": {"\ud800": "\udfff"}, "text/plain": "\ud900"}, raw=True, metadata={"\ud800": 1})
raise type("E\ud800", (Exception,), {})("\ud900")

# %% attack="half a surrogate pair in an error" status="graded" score=9 base="first"
def batch_statistics(x):
    raise ValueError("\udfff")

# %% attack="arrays where JSON is expected" status="graded" score=12
display({"application/json": np.arange(3), "text/plain": "x"}, raw=True, metadata={"a": np.zeros(3)})

# %% attack="keys of several kinds" status="graded" score=12
display({"application/json": {1: 2, "a": {2: 3, "b": 4}}, "text/plain": "x"}, raw=True)
display({"application/json": {(1, 2): 3}, "text/plain": "x"}, raw=True)

# %% attack="JSON four hundred levels deep" status="graded" score=12
one, other = [], {}
for _ in range(400):
    one, other = [one], {"a": other}
for value in (one, other):
    display({"application/json": value, "text/plain": "x"}, raw=True)

# %% attack="numbers that JSON does not have" status="graded" score=12
display({"application/json": [float("nan"), float("inf"), 10**4000], "text/plain": "x"}, raw=True)

# %% attack="kinds of output without end" status="graded" score=12
display({"application/\ud800json": 1, "": 2, "text/html": "x" * 10**6, "a" * 10**5: "b"}, raw=True)

# %% attack="forged replies of three megabytes each" status="graded" score=0 base="blank"
import json, struct
from autograder.worker import wire
real = wire.send
def forged(sock, message, *rest):
    if "outputs" in message:
        text = {"output_type": "stream", "name": "stdout", "text": "x" * 200_000}
        message = {**message, "outputs": [text] * 15}
    real(sock, message, *rest)
wire.send = forged

# %% attack="a forged reply beyond the limit" status="crashed" score=0 base="blank"
from autograder.worker import wire
real = wire.send
def forged(sock, message, *rest):
    if "values" in message:
        real(sock, {**message, "values": [np.zeros(1 << 20)], "kinds": ["ndarray"]}, *rest[:1])
    real(sock, message, *rest)
wire.send = forged

# %% attack="forged replies of odd forms" status="graded" score=0 base="blank"
from autograder.worker import wire
real, forms = wire.send, [
    {"values": [float("nan")] * 2, "kinds": ["float"] * 2, "mutated": [], "error": None},
    {"values": [np.zeros((0, 10**9, 5))] * 2, "kinds": ["ndarray"] * 2, "mutated": [10**9], "error": None},
    {"values": {"shape": 1}, "kinds": None, "mutated": [True], "error": 3},
    {"values": [np.full((2,) * 16, 3, "float16")] * 2, "kinds": ["ndarray"] * 2, "mutated": [], "error": ""},
    {"values": [np.array([2, 3], "uint8").view(bool)] * 2, "kinds": ["x" * 10**6] * 2, "mutated": [], "error": None},
]
def forged(sock, message, *rest):
    if "values" in message:
        message = {**forms[message["id"] % len(forms)], "id": message["id"]}
    real(sock, message, *rest)
wire.send = forged

# %% attack="a reply byte by byte" status="timeout" score=0 base="blank"
import struct, time
from autograder.worker import wire
def dripping(sock, message, *rest):
    sock.sendall(struct.pack(">IQ", 1 << 20, 0))
    while True:
        sock.sendall(b" ")
        time.sleep(0.05)
wire.send = dripping
