"""System calls that no answer needs, refused by the kernel (seccomp): they would hold memory that nobody counts,
leave something for those after them, or reach parts of the kernel that are better left alone.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from autograder.worker import limits

# Numbers on x86-64 and on arm64 (asm/unistd_64.h, asm-generic/unistd.h); None where there is no such call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # memory that belongs to no process
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "mq_open": (240, 180),
    "setsockopt": (54, 208),  # a socket with a larger buffer
    # what outlives a process: keyrings are not in any namespace
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    # namespaces of one's own, in which one is root; other file systems
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fspick": (433, 433), "mount_setattr": (442, 442), "open_by_handle_at": (304, 265),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # parts of the kernel in which holes were found again and again
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fanotify_init": (300, 262), "syslog": (103, 116),
    "personality": (135, 92), "modify_ldt": (154, None), "kexec_load": (246, 104), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224), "reboot": (169, 142),
}
SETSID, CLONE, CLONE3, SOCKET = (112, 157), (56, 220), (435, 435), (41, 198)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH of linux/audit.h
X32 = 0x40000000  # x86-64's other table of calls begins here
NEWUSER, AF_UNIX = 0x10000000, 1  # sched.h, sys/socket.h

# linux/bpf_common.h, linux/filter.h: load a word of struct seccomp_data, jump, return
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16  # places in struct seccomp_data
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER = 22, 38, 2


class NoFilter(OSError):
    """This system takes no filter of system calls."""


def refuse() -> None:
    """Refuse these calls to this process and all it starts, for good; a machine with other numbers stays as it is."""
    if platform.machine() not in MACHINES:
        return
    program = b"".join(struct.pack("=HBBI", *line) for line in rules(platform.machine()))
    held = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(held))
    limits.prctl(PR_SET_NO_NEW_PRIVS, 1)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.create_string_buffer(filter_, len(filter_)), 0, 0):
        raise NoFilter(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def rules(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter for `machine`: lines (operation, lines to skip if so, if not, operand)."""
    column, arch = MACHINES[machine]
    no, absent = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
    lines = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, arch), (RETURN, 0, 0, no), (LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        lines += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, no)]
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            lines += [(EQUAL, 0, 1, number), (RETURN, 0, 0, no)]
    # A session of its own has processor time of its own (sched(7), autogroups): who asks is told it has one.
    lines += [(EQUAL, 0, 1, SETSID[column]), (RETURN, 0, 0, ERRNO)]
    # clone3 hides its flags from filters; without it the C library takes clone.
    lines += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, absent)]
    lines += [(EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT), (ANY_BIT, 0, 4, NEWUSER), (RETURN, 0, 0, no)]
    # The memory of sockets to elsewhere is the whole machine's; there is no network anyway.
    lines += [(EQUAL, 0, 2, SOCKET[column]), (LOAD, 0, 0, FIRST_ARGUMENT), (EQUAL, 0, 1, AF_UNIX)]
    return [*lines, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, no)]
