"""Clients that stay attached while servers die. Each scenario is a function of a Stage: a cluster of
three servers, a directory, and a place for what it has to say. Its first line says what it shows."""

import os
import pathlib
import re
import socket
import subprocess
import time

import parts
from cluster import Failed, run, until
from guest import Guest

SCENARIOS = {}

README = pathlib.Path(__file__).resolve().parents[1] / "README.md"
# The guest goes on this many rounds before and after each fault.
ROUNDS = 5
# A server is back and serves after that, on a machine that does other things, too.
RETURN_SECONDS = 90
# A JVM starts in an emulated machine.
START_SECONDS = 240


def scenario(function):
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


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

    def __init__(self, name, cluster, directory, quick, say):
        self.volume, self.cluster, self.directory, self.quick = name, cluster, directory, quick
        self.say = say

    def address(self, server):
        host, port = self.cluster.env["nbd"][server].removeprefix("nbd://").rsplit(":", 1)
        return host, int(port)

    def qemu_disk(self, server):
        """The README's options for a disk of qemu."""
        host, port = self.address(server)
        return recipe("-blockdev", volume=self.volume, host=host, port=port)

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

    def __init__(self, guest):
        self.guest = guest
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
        line = self.guest.await_line(r"round \d+ at [\d.]+", RETURN_SECONDS)
        self.times.append(float(line.split()[-1]))

    def pause(self):
        """The longest time without the end of a round since the last call, in seconds."""
        pause = max(after - before for before, after in zip(self.times, self.times[1:]))
        del self.times[:-1]
        return pause

    def end(self):
        self.guest.say(":")
        self.guest.done("rounds", RETURN_SECONDS)
        self.guest.done(":", RETURN_SECONDS)

    def verify(self):
        """Ends the rounds and checks every file and the kernel's log."""
        self.guest.say("verify")
        self.guest.done("rounds", RETURN_SECONDS)
        return len([line for line in self.guest.done("verify", RETURN_SECONDS) if "is right" in line])


class QemuIo:
    """qemu-io, one command at a time, until closed."""

    PROMPT = b"qemu-io> "

    def __init__(self, options):
        self.process = subprocess.Popen(["qemu-io", "--image-opts", options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def say(self, command):
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()

    def done(self):
        """Waits until it asks for a command: it has opened its image, or done the last command."""
        said = b""
        while not said.endswith(self.PROMPT):
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


@scenario
def qemu_disk(stage):
    """a guest whose disk is a volume, over qemu's NBD driver with reconnect-delay: a mirror's server,
    then the server that qemu is attached to, are killed and come back"""
    cluster = stage.cluster
    stage.file_system(128)
    guest = Guest(stage.directory, devices=stage.qemu_disk("server-1"))
    try:
        stage.say(f"{guest.greeting}, up after {guest.boot_seconds:.1f} s")
        guest.do("mount -t ext4 /dev/vda /disk")
        writing = Writing(guest)
        stage.say(f"undisturbed, the longest round takes {writing.pause():.2f} s")
        mirror = next(s for s in ("server-2", "server-3")
                      if s != cluster.volume(stage.volume)["coordinator"])
        stage.kill(mirror)
        writing.go_on()
        stage.say(f"kill -9 of a mirror's server: the longest pause is {writing.pause():.2f} s")
        cluster.restart(mirror)
        cluster.await_in_sync(stage.volume)
        writing.go_on()
        stage.say(f"while it comes back: {writing.pause():.2f} s")
        stage.kill("server-1")
        cluster.restart("server-1")
        writing.go_on()
        stage.say("kill -9 of the server that qemu is attached to, and its restart: "
                  f"{writing.pause():.2f} s")
        files = writing.verify()
        guest.do("umount /disk")
        guest.power_off()
    finally:
        guest.close()
    stage.check_file_system()
    stage.say(f"{files} files are what was written last; writable to the end; no error in the guest's "
              "log; fsck is clean")


@scenario
def qemu_io(stage):
    """qemu-io with the same options opens a volume whose server is still down, and goes on when that
    is killed and comes back"""
    cluster = stage.cluster
    cluster.ashlar("volume", "create", stage.volume, "--size", "16MiB")
    stage.kill("server-1")
    client = QemuIo(stage.qemu_disk("server-1")[1])
    try:
        cluster.restart("server-1")
        client.done()
        stage.say("open-timeout: attached to a server that started later")
        client.do("write -P 17 0 1M")
        stage.kill("server-1")
        client.say("write -P 34 1M 1M")
        cluster.restart("server-1")
        client.done()
        for command in ("flush", "read -P 17 0 1M", "read -P 34 1M 1M"):
            client.do(command)
        stage.say("reconnect-delay: a write during the outage was done after it")
    finally:
        client.close()


NETWORK = ("-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net")
# How a guest reaches this machine's loopback interface.
OUTSIDE = "10.0.2.2"


@scenario
def kernel_driver(stage):
    """the kernel's NBD driver in a guest, kept attached by 'ashlar attach': the server that it is
    attached to is killed and stays dead, then the helper itself, then the next server"""
    cluster = stage.cluster
    stage.file_system(64)
    servers = ",".join(f"{OUTSIDE}:{stage.address(server)[1]}" for server in cluster.servers)
    attach = " ".join(recipe("ashlar attach VOLUME", volume=stage.volume, servers=servers)[1:])
    guest = Guest(stage.directory, memory=768, processors=2, extra=parts.java(), devices=NETWORK)
    try:
        stage.say(f"{guest.greeting}, up after {guest.boot_seconds:.1f} s")
        began = time.monotonic()
        said = guest.do(attach, START_SECONDS)
        stage.say(f"{said[-1]}, after {time.monotonic() - began:.1f} s")
        guest.do("mount -t ext4 /dev/nbd0 /disk")
        writing = Writing(guest)
        stage.say(f"undisturbed, the longest round takes {writing.pause():.2f} s")
        stage.kill("server-1")
        writing.go_on()
        stage.say(f"kill -9 of its server: {writing.pause():.2f} s, {moved(guest)}")
        guest.aside.clear()
        cluster.restart("server-1")
        cluster.await_in_sync(stage.volume)
        if not stage.quick:
            writing.end()
            guest.do("kill -9 $attached")
            said = guest.do(attach, START_SECONDS)
            stage.say(f"kill -9 of the helper, started again: {said[-1]}")
            writing = Writing(guest)
        stage.kill("server-2")
        writing.go_on()
        stage.say(f"kill -9 of the next server: {writing.pause():.2f} s, {moved(guest)}")
        files = writing.verify()
        if not stage.quick:
            said = guest.do("! (ashlar detach /dev/nbd0 2>&1)", START_SECONDS)
            stage.say(f"detached while mounted: {said[-1]}")
        guest.do("umount /disk && (ashlar detach /dev/nbd0)", START_SECONDS)
        guest.await_aside("detached /dev/nbd0")
        guest.power_off()
    finally:
        guest.close()
    cluster.restart("server-2")
    stage.check_file_system()
    stage.say(f"{files} files are what was written last; writable to the end; no error in the guest's "
              "log; fsck is clean")


def moved(guest):
    return guest.await_aside("goes on over").partition("/dev")[2].partition(" ")[2]
