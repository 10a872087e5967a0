"""Messages between judge and worker: length + JSON header + the raw bytes of arrays. Nothing is unpickled.

A message is a dict of plain values: None, bool, int, float, str, lists, tuples, dicts, numeric arrays, probes.
Both sides use this module; the judge takes every incoming byte for hostile.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.check.probes import PROBES, Probe

PREFIX = struct.Struct(">IQ")  # bytes of the header, bytes of all arrays together
MAX_HEADER = 16 << 20
MAX_BODY = 256 << 20
ANSWER_HEADER, ANSWER_BODY = 4 << 20, 4 << 20  # of what a worker says: the longest right answer has 82 kB
DTYPES = frozenset(
    np.dtype(name).str
    for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                 "float16", "float32", "float64")
)


class WireError(Exception):
    """The other side sent something that is no message."""


class Closed(WireError):
    """The other side is gone."""


class Late(WireError):
    """The other side did not answer in time."""


def send(
    sock: socket.socket, message: dict[str, Any], deadline: float, header_limit: int = MAX_HEADER,
    body_limit: int = MAX_BODY,
) -> None:
    """Send one message before `deadline` (time.monotonic seconds); WireError if it cannot be sent."""
    arrays: list[NDArray] = []
    try:
        tree = _pack(message, arrays)
        header = json.dumps([tree, [[a.dtype.str, list(a.shape)] for a in arrays]], allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WireError(f"not a message: {error}") from error
    if len(header) > header_limit or sum(a.nbytes for a in arrays) > body_limit:
        raise WireError("a message too large")
    body = b"".join(a.tobytes() for a in arrays)
    try:
        sock.settimeout(_left(deadline))
        sock.sendall(PREFIX.pack(len(header), len(body)) + header + body)
    except TimeoutError as error:
        raise Late("no one took the message") from error
    except OSError as error:
        raise Closed(str(error)) from error


def receive(
    sock: socket.socket, deadline: float, header_limit: int = MAX_HEADER, body_limit: int = MAX_BODY
) -> dict[str, Any]:
    """The next message; Late after `deadline`, Closed at the end, WireError for anything malformed."""
    header_size, body_size = PREFIX.unpack(_read(sock, PREFIX.size, deadline))
    if header_size > header_limit or body_size > body_limit:
        raise WireError("a message too large")
    header = _read(sock, header_size, deadline)
    body = _read(sock, body_size, deadline)
    try:
        tree, forms = json.loads(header)
        message = _unpack(tree, _arrays(forms, body))
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise WireError(f"malformed message: {type(error).__name__}") from error
    if not isinstance(message, dict):
        raise WireError("a message that is no dict")
    return message


def _read(sock: socket.socket, size: int, deadline: float) -> bytearray:
    data = bytearray()
    while len(data) < size:
        try:
            sock.settimeout(_left(deadline))
            piece = sock.recv(min(size - len(data), 1 << 20))
        except TimeoutError as error:
            raise Late("no answer in time") from error
        except OSError as error:
            raise Closed(str(error)) from error
        if not piece:
            raise Closed("the other side closed the line")
        data += piece
    return data


def _left(deadline: float) -> float | None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return None if math.isinf(left) else left


def readable(text: str) -> str:
    """The text with "?" for what UTF-8 cannot write (half a surrogate pair): it would stop every later writer."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _arrays(forms: Any, body: bytearray) -> list[NDArray]:
    """The arrays of a message, each with memory of its own; ValueError if sizes and bytes disagree."""
    arrays, start = [], 0
    for dtype, shape in forms:
        if dtype not in DTYPES or len(shape) > 16 or any(type(n) is not int or n < 0 for n in shape):
            raise ValueError("a form that no array has")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if size > len(body) - start:
            raise ValueError("fewer bytes than the arrays need")
        piece = np.frombuffer(body, dtype, math.prod(shape), start) if size else np.empty(0, dtype)
        arrays.append(piece.reshape(shape).copy())
        start += size
    if start != len(body):
        raise ValueError("more bytes than the arrays need")
    return arrays


def _pack(value: Any, arrays: list[NDArray]) -> Any:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return {"float": value.hex()}  # exact, and NaN and infinity have a name
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value, order="C")
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.dtype.kind == "f" and array.dtype.str not in DTYPES:
            array = array.astype(np.float64)
        if array.dtype.str not in DTYPES:
            raise TypeError(f"an array of {array.dtype}")
        arrays.append(array)
        return {"array" if isinstance(value, np.ndarray) else "scalar": len(arrays) - 1}
    if isinstance(value, Probe):
        return {"probe": [value.name, [_pack(part, arrays) for part in value.params]]}
    if isinstance(value, (tuple, list)):
        return {"tuple" if isinstance(value, tuple) else "list": [_pack(part, arrays) for part in value]}
    if isinstance(value, dict):
        return {"dict": [[_pack(key, arrays), _pack(part, arrays)] for key, part in value.items()]}
    raise TypeError(f"a {type(value).__name__}")


def _unpack(tree: Any, arrays: list[NDArray]) -> Any:
    if isinstance(tree, str):
        return readable(tree)
    if tree is None or type(tree) in (bool, int):
        return tree
    ((kind, inside),) = tree.items()
    if kind == "float":
        return float.fromhex(inside)
    if kind in ("array", "scalar"):
        if type(inside) is not int or not 0 <= inside < len(arrays):
            raise ValueError("an array that was not sent")
        return arrays[inside] if kind == "array" else arrays[inside].reshape(())[()]
    if kind == "probe":
        name, params = inside
        if name not in PROBES:
            raise ValueError("a probe that does not exist")
        return Probe(name, tuple(_unpack(part, arrays) for part in params))
    if kind in ("tuple", "list"):
        parts = [_unpack(part, arrays) for part in inside]
        return tuple(parts) if kind == "tuple" else parts
    if kind == "dict":
        return {_unpack(key, arrays): _unpack(part, arrays) for key, part in inside}
    raise ValueError("a kind of value that does not exist")
