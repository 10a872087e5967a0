"""The worker: runs what it is given, knows no answers, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import toy

from autograder import doctor, remote, sandbox
from autograder.container import engine
from autograder.remote import Server, Session, WorkerError
from autograder.sandbox import UNSAFE, Unwalled, best
from autograder.worker import walls, wire
from bnlib.check.probes import Probe


@pytest.fixture(scope="module", params=["bubblewrap", "none"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server behind the wall, and one without: each keeps its own promises."""
    with toy.server(wall=UNSAFE if request.param == "none" else best()) as one:
        yield one


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    one = server.open()
    yield one
    one.end()


def cell(session: Session, source: str, seconds: float = 5) -> dict:
    return session.ask(time.monotonic() + seconds, op="cell", source=source)


def call(session: Session, expression: str, *args: object, outputs: int = 1) -> dict:
    return session.ask(time.monotonic() + 5, op="call", expression=expression, args=args, outputs=outputs, driver=None)


def printed(reply: dict) -> str:
    return "".join(output.get("text", "") for output in reply["outputs"])


def there_and_back(message: dict) -> dict:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send(ours, message, time.monotonic() + 1)
        return wire.receive(theirs, time.monotonic() + 1)


def heard(data: bytes) -> dict:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(data)
        return wire.receive(theirs, time.monotonic() + 1)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "float16", "float32", "float64"])
def test_arrays_of_every_allowed_dtype_come_back_as_they_were(dtype: str) -> None:
    for shape in ((), (0, 3), (2, 3)):
        sent = np.ones(shape, dtype)
        got = there_and_back({"x": sent})["x"]
        assert got.dtype == sent.dtype and got.shape == shape and np.array_equal(got, sent)


def test_numbers_probes_and_nests_come_back_exactly() -> None:
    sent = {"f": 0.1, "nan": float("nan"), "inf": -float("inf"), "n": 10**30, "s": "é", "t": (1, [None, {"a": True}]),
            "np": np.float32(0.1)}
    got = there_and_back(sent)
    assert np.isnan(got.pop("nan")) and np.isnan(sent.pop("nan"))
    assert got == sent and type(got["np"]) is np.float32 and type(got["t"]) is tuple
    probe = there_and_back({"p": Probe("mix_rows", (np.eye(2),))})["p"]
    assert np.array_equal(probe(np.ones((2, 2))), np.ones((2, 2)))


def test_text_that_cannot_be_written_down_is_mended_on_arrival() -> None:
    header = b'[{"dict": [["s", "\\ud800 \\u00e9 \\ud83d\\ude00"], ["\\udc00", 1]]}, []]'
    assert heard(struct.pack(">IQ", len(header), 0) + header) == {"s": "? é 😀", "?": 1}


@pytest.mark.parametrize(("header", "body"), [
    (b"not json", b""),
    (b"[" * 100_000, b""),
    (b'[{"dict": []}]', b""),
    (b'[{"array": 0}, []]', b""),
    (b'[{"dict": [["x", {"array": 0}]]}, [["<f8", [1000000000]]]]', b"12345678"),
    (b'[{"dict": [["x", {"array": 0}]]}, [["<f8", [-1]]]]', b""),
    (b'[{"dict": [["x", {"array": 0}]]}, [["|O", [1]]]]', b"12345678"),
    (b'[{"dict": [["x", {"array": 0}]]}, [["<f8", [1]]]]', b"123456789"),
    (b'[{"dict": [["x", {"probe": ["system", []]}]]}, []]', b""),
    (b'[{"dict": [["x", {"float": "0x1p999999"}]]}, []]', b""),
    (b'[{"dict": [[{"list": []}, 1]]}, []]', b""),
])
def test_a_malformed_message_is_a_wire_error(header: bytes, body: bytes) -> None:
    with pytest.raises(wire.WireError):
        heard(struct.pack(">IQ", len(header), len(body)) + header + body)


def test_a_message_that_claims_to_be_huge_is_refused_unread() -> None:
    with pytest.raises(wire.WireError, match="too large"):
        heard(struct.pack(">IQ", 10, 1 << 60))


def test_waiting_has_an_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(wire.Late):
        wire.receive(ours, time.monotonic() + 0.2)


def test_a_cell_shows_what_it_would_show_in_jupyter(session: Session) -> None:
    reply = cell(session, "print('hello')\n1 + 1")
    assert [output["output_type"] for output in reply["outputs"]] == ["stream", "execute_result"]
    assert reply["outputs"][1]["data"]["text/plain"] == "2" and reply["count"] == 1 and reply["error"] is None
    reply = cell(session, "1 / 0")
    assert reply["error"] == reply["outputs"][0]["ename"] == "ZeroDivisionError" and reply["count"] == 2


def test_output_is_bounded(session: Session) -> None:
    text = printed(cell(session, "for _ in range(100_000):\n    print('x' * 100)"))
    assert len(text) < 300_000 and "cut" in text


def test_a_call_gives_back_plain_arrays_and_what_it_changed(session: Session) -> None:
    cell(session, "def f(x):\n    x[0] = 7\n    return x.sum(), x")
    reply = call(session, "f", np.zeros(3), outputs=2)
    assert float(reply["values"][0]) == 7 and reply["mutated"] == [0]
    assert call(session, "nothing", np.zeros(3))["error"].startswith("NameError")


def test_a_result_too_large_to_be_sent_takes_no_other_with_it(session: Session) -> None:
    cell(session, "import numpy as np\ndef f(x):\n    return 2 * x, np.zeros((1000, 1000))")
    reply = call(session, "f", np.ones(2), outputs=2)
    assert reply["error"] is None and np.array_equal(reply["values"][0], [2, 2])
    assert reply["values"][1] is None and reply["kinds"][1] == "array too large to be sent"


def test_sys_exit_ends_neither_cell_nor_call(session: Session) -> None:
    assert cell(session, "import sys\nsys.exit(1)")["error"] == "SystemExit"
    cell(session, "def f(x):\n    sys.exit(1)")
    assert call(session, "f", 1.0)["error"].startswith("SystemExit")


def test_the_check_in_a_students_own_cell_says_that_judging_is_elsewhere(session: Session) -> None:
    reply = cell(session, "from bnlib.check import check\ncheck('batch_statistics', lambda x: x)")
    assert reply["error"] is None and "judged outside" in printed(reply)


def test_torch_and_the_oracle_are_refused_with_a_reason(session: Session) -> None:
    for module in ("torch", "torch.nn", "bnlib.oracle", "bnlib.reference", "autograder.judge"):
        assert cell(session, f"import {module}")["error"] == "ImportError"
    assert "need no PyTorch" in cell(session, "import torch")["outputs"][0]["evalue"]


def test_nothing_that_knows_answers_is_in_the_process(session: Session) -> None:
    walk = """
import gc, sys
known = ("oracle", "reference", "verdict", "judge", "hidden", "exercises", "torch")
names = [module for module in sys.modules if any(word in module for word in known)]
held = [o for o in gc.get_objects() if type(o).__name__ in ("Case", "Exercise", "Question", "Paper")]
print(names, len(held))
"""
    assert printed(cell(session, walk)) == "[] 0\n"


def test_the_environment_and_the_folder_are_fresh(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNLIB_SECRET", "hush")
    with toy.server(wall=server.wall) as own:
        session = own.open()
        assert "hush" not in printed(cell(session, "import os\nprint(dict(os.environ))"))
        folder = printed(cell(session, "print(os.getcwd(), os.listdir())")).split()
        cell(session, "open('left behind', 'w').write('x')")
        session.end()
        assert folder[1] == "[]" and not os.path.exists(os.path.join(folder[0], "left behind"))
        second = own.open()
        assert printed(cell(second, "import os\nprint(os.listdir(), 'folder' in globals())")) == "[] False\n"
        second.end()


def sleepers() -> list[str]:
    """Processes of this machine that run `sleep 987`."""
    lines = [line for path in Path("/proc").glob("[0-9]*/cmdline") if (line := _read(path))]
    return [line for line in lines if line == "sleep\0987\0"]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended meanwhile
        return ""


def test_everything_a_submission_started_is_gone_when_it_ends(server: Server) -> None:
    session = server.open()
    cell(session, "import subprocess\nsubprocess.Popen(['sleep', '987'], start_new_session=True)")
    until = time.monotonic() + 10
    while not sleepers() and time.monotonic() < until:  # its name is there a moment after the process
        time.sleep(0.01)
    assert sleepers()
    session.end()
    assert not sleepers()


def test_a_flood_of_processes_ends_the_submission_that_started_it() -> None:
    with toy.server(wall=best()) as one:
        session = one.open()
        with pytest.raises(wire.Closed):
            cell(session, "import subprocess\nwhile True:\n    subprocess.Popen(['sleep', '987'])")
        assert session.end(kill=False)["status"] == walls.TOO_MANY and not sleepers()
        fresh = one.open()
        assert printed(cell(fresh, "print('next')")) == "next\n"
        fresh.end()


def test_many_processes_share_one_limit_on_memory() -> None:
    fill = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        x = b'1' * (60 << 20)
        time.sleep(60)
"""
    with toy.server(wall=best(), memory=200 << 20) as one:
        session = one.open()
        cell(session, fill)
        with pytest.raises(wire.Closed):
            cell(session, "time.sleep(5)", seconds=8)
        assert session.end(kill=False)["status"] == walls.TOO_LARGE


@pytest.mark.skipif(engine() is None, reason="neither Podman nor Docker runs here")
def test_a_container_is_a_wall_and_every_submission_has_its_own() -> None:
    wall = engine()
    assert wall is not None and doctor.breaches(wall) == []
    with toy.server(wall=wall) as one:
        assert toy.graded(toy.notebook(), one).result.score == 6
        assert toy.graded(toy.notebook("import os\nos.kill(os.getppid(), 9)"), one).result.score == 2
        assert toy.graded(toy.notebook(), one).result.score == 6


def test_the_wall_holds_when_it_is_tried_and_is_seen_to_be_open_when_it_is() -> None:
    assert doctor.breaches(best()) == []
    assert {"reading", "processes", "network"} <= set(doctor.breaches(UNSAFE))


def test_memory_and_files_are_limited() -> None:
    with toy.server(memory=200 << 20, file_size=1 << 20) as small:
        session = small.open()
        assert "MemoryError" in cell(session, "import numpy as np\nx = np.ones(100_000_000)")["error"]
        assert cell(session, "with open('f', 'wb') as f:\n    f.write(bytes(2_000_000))")["error"] == "OSError"
        assert printed(cell(session, "print('alive')")) == "alive\n"
        session.end()


def test_a_server_that_never_came_up_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "START", 0.2)

    class Mute(Unwalled):
        def command(self, arguments: Sequence[str], home: str, torch: bool = False) -> list[str]:
            return ["false"]

    for single in (False, True):  # a single one calls back to a socket, and this one never does
        mute = Server(wall=Mute("mute", False, single))
        with pytest.raises(WorkerError):
            mute.open()
        mute.close()


def test_a_server_that_was_killed_is_replaced() -> None:
    with toy.server(wall=UNSAFE) as one:
        session = one.open()
        with pytest.raises(wire.WireError):
            cell(session, "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(5)", seconds=10)
        session.end()
        fresh = one.open()
        assert printed(cell(fresh, "print('again')")) == "again\n"
        fresh.end()


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="no bubblewrap here")
def test_a_python_that_lies_in_tmp_is_not_hidden_by_the_walls_own_tmp(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder, "seen").write_text("seen")
        everywhere = [*sandbox.python(), folder]
        monkeypatch.setattr(sandbox, "python", lambda: everywhere)
        code = f"import tempfile; print(open('{folder}/seen').read(), tempfile.TemporaryFile().mode)"
        command = sandbox.BUBBLEWRAP.command(["-c", code], "")
        done = subprocess.run(command, env=sandbox.BUBBLEWRAP.environment(""), capture_output=True, text=True,
                              check=False)
    assert done.stdout == "seen rb+\n", done.stderr
