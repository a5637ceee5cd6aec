"""What private servers have in common: a folder of their own that a killed run leaves behind, and patience."""

import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import Any

PATIENCE = 60.0


class CannotRun(Exception):
    """This server cannot run on this machine; the text says why."""


class NotInstalled(CannotRun):
    """What it needs is not on this machine."""


@contextmanager
def own_folder(prefix: str) -> Iterator[Path]:
    """A folder that is locked before it gets the name by which others look for abandoned ones."""
    fresh = Path(mkdtemp(prefix="yihu-starting-"))
    with locked(fresh):
        folder = fresh.rename(fresh.with_name(fresh.name.replace("yihu-starting-", prefix)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(prefix: str, stop: Callable[[Path], None]) -> None:
    """Stop what runs that were killed have left behind, and remove their folders."""
    for folder in Path(gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError), locked(folder):
            stop(folder)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a file or folder; BlockingIOError when another has it and we do not wait."""
    # The lock of a killed process is gone with it, which no file with its number in it would tell.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def launch(
    command: Sequence[str | Path], mark: Path, log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server and do not wait; whoever finds the mark of a killed run can stop it by `stop_launched`."""
    with mark.open("w") as held, log.open("ab") as output_of_it:
        # The lock is the server's from now on: as long as it is held, the number is still its own.
        fcntl.flock(held, fcntl.LOCK_EX)
        how: dict[str, Any] = {"stdout": output_of_it, "stderr": output_of_it, "pass_fds": [held.fileno()]}
        # In a session of its own: Ctrl-C is for us, and we stop the server when we are done with it.
        server: subprocess.Popen[bytes] = subprocess.Popen(command, env=environment, start_new_session=True, **how)
        held.write(str(server.pid))
    return server


def stop_launched(folder: Path) -> None:
    """Kill whatever was launched with a mark called `process` in this folder."""
    for mark in folder.glob("*/process"):
        while _is_held(mark):
            with suppress(ValueError):
                os.kill(int(mark.read_text()), signal.SIGKILL)
            time.sleep(0.02)


def _is_held(mark: Path) -> bool:
    try:
        with locked(mark):
            return False
    except BlockingIOError:
        return True


def free_ports(number: int) -> list[int]:
    """Ports below those that a system gives to whoever connects: a server started again finds its own still free."""
    ports: list[int] = []
    for port in random.sample(range(20_000, 32_000), 200):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            ports.append(port)
        if len(ports) == number:
            return ports
    raise CannotRun("no ports are free")


def wait_until(true: Callable[[], bool]) -> None:
    """Ask until it is true; CannotRun when patience is at an end."""
    until = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > until:
            raise CannotRun(f"no answer within {PATIENCE:.0f} s")
        time.sleep(0.02)


def output(command: Sequence[str | Path], **how: Any) -> str:
    """Run a program to its end; what it printed. CannotRun says what it complained of."""
    done: subprocess.CompletedProcess[str] = subprocess.run(command, capture_output=True, text=True, check=False, **how)
    if done.returncode:
        raise CannotRun(last_line(done.stderr) or f"{command[0]} ended with {done.returncode}")
    return done.stdout


def last_line(text: str) -> str:
    """The last words of a server that ended; what is indented only explains them."""
    lines = (line for line in reversed(text.splitlines()) if line.strip() and not line.startswith("\t"))
    return next(lines, "it says nothing").strip()
