"""What a scenario has: a cluster of three servers, a directory, a place for what it has to say, and the
clients that stay attached."""

import os
import pathlib
import re
import select
import socket
import subprocess
import time

from cluster import Failed, run, until

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"
# The guest goes on this many rounds before and after each fault.
ROUNDS = 5
# A server is back and serves after that, on a machine that does other things, too.
RETURN_SECONDS = 90
# When what a client needs to go on is left out, this is long enough to see that it does not.
SABOTAGED_SECONDS = 25


def recipe(start, **values):
    """The line of the README that begins so, as words, with values in the place of NAMES."""
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith(start)]
    if len(lines) != 1:
        raise Failed(f"{README} has {len(lines)} lines that begin with '{start}', not one")
    for name, value in values.items():
        lines[0] = re.sub(rf"\b{name.upper()}\b", str(value), lines[0])
    return lines[0].split()


class Stage:
    """What a scenario is given."""

    def __init__(self, name, cluster, directory, quick, sabotaged, say):
        self.volume, self.cluster, self.directory, self.quick = name, cluster, directory, quick
        self.sabotaged = sabotaged
        self.patience = SABOTAGED_SECONDS if sabotaged else RETURN_SECONDS
        self.say = say

    def address(self, server):
        host, port = self.cluster.env["nbd"][server].removeprefix("nbd://").rsplit(":", 1)
        return host, int(port)

    def qemu_disk(self, server):
        """The README's options for a disk of qemu."""
        host, port = self.address(server)
        words = recipe("-blockdev", volume=self.volume, host=host, port=port)
        return [word.replace("reconnect-delay=60,", "") for word in words] if self.sabotaged else words

    def kill(self, server):
        """Returns when nobody accepts connections there."""
        self.cluster.kill(server)

        def refused():
            with socket.socket() as probe:
                return probe.connect_ex(self.address(server))
        until(f"{server} is dead", refused, 10)

    def file_system(self, mib):
        """Makes the volume, with an ext4 file system."""
        image = self.directory / "ext4.img"
        run("mkfs.ext4", "-q", image, f"{mib}M")
        self.cluster.ashlar("volume", "create", self.volume, "--size", f"{mib}MiB")
        self.cluster.ashlar("volume", "import", self.volume, image)
        image.unlink()

    def check_file_system(self):
        """It is clean, seen from outside."""
        image = self.directory / "ext4.img"
        self.cluster.ashlar("volume", "export", self.volume, image)
        run("e2fsck", "-f", "-n", image)
        image.unlink()


class Writing:
    """A guest that writes and reads back, round after round, until it is told to verify."""

    def __init__(self, guest, patience):
        self.guest, self.patience = guest, patience
        self.times = []
        guest.say("rounds")
        self.go_on()

    def go_on(self, rounds=ROUNDS):
        """Waits for some rounds more than now: their data was synced and read back from the disk."""
        while self.guest.waiting():
            self.one()
        for _ in range(rounds):
            self.one()

    def one(self):
        line = self.guest.await_line(r"round \d+ at [\d.]+", self.patience)
        self.times.append(float(line.split()[-1]))

    def pause(self):
        """The longest time without the end of a round since the last call, in seconds."""
        pause = max(after - before for before, after in zip(self.times, self.times[1:]))
        del self.times[:-1]
        return pause

    def end(self):
        self.guest.say(":")
        self.guest.done("rounds", self.patience)
        self.guest.done(":", self.patience)

    def verify(self):
        """Ends the rounds and checks every file and the kernel's log."""
        self.guest.say("verify")
        self.guest.done("rounds", self.patience)
        return len([line for line in self.guest.done("verify", self.patience) if "is right" in line])


class QemuIo:
    """qemu-io, one command at a time, until closed."""

    PROMPT = b"qemu-io> "

    def __init__(self, options, patience, inside=()):
        self.patience = patience
        self.process = subprocess.Popen([*inside, "qemu-io", "--image-opts", options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)

    def say(self, command):
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()

    def done(self):
        """Waits until it asks for a command: it has opened its image, or done the last command."""
        said = b""
        deadline = time.monotonic() + self.patience
        while not said.endswith(self.PROMPT):
            left = max(0, deadline - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                raise Failed(f"qemu-io: nothing within {self.patience} s")
            data = os.read(self.process.stdout.fileno(), 65536)
            said += data
            if not data or b"failed" in said:
                raise Failed(f"qemu-io: {said.decode(errors='replace').strip()}")

    def do(self, command):
        """Does a command that must succeed; returns the seconds it took."""
        began = time.monotonic()
        self.say(command)
        self.done()
        return time.monotonic() - began

    def close(self):
        self.process.kill()
        self.process.communicate()
