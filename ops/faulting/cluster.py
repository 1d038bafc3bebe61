"""The cluster that is hurt: processes of ops/local-cluster, and how to hurt them."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

OPS = pathlib.Path(__file__).resolve().parents[1]
PYTHON = "/usr/bin/python3"  # the one that Debian's python3-libnbd is for
NOWHERE = "02:00:00:00:00:01"


class Failed(Exception):
    """What the harness needs does not work; the message says what."""


def run(*command, limit=120):
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=limit)
    if done.returncode:
        raise Failed(f"'{' '.join(words)}' ended with {done.returncode}: "
                     f"{(done.stderr or done.stdout).strip()}")
    return done.stdout


def until(what, look, limit):
    """Looks until there is something to see, and returns it."""
    deadline = time.monotonic() + limit
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise Failed(f"not within {limit} s: {what}")
        time.sleep(0.05)


class Cluster:
    """Three metadata peers and some servers, until closed."""

    def __init__(self, directory, *options):
        self.directory = directory
        run(OPS / "local-cluster", "start", "--dir", directory, *options)
        self.look()

    def look(self):
        self.env = json.loads(run(OPS / "local-cluster", "env", "--dir", self.directory))

    def close(self):
        for number in self.env["pids"]:
            self.mend_links(number)
        run(OPS / "local-cluster", "stop", "--dir", self.directory)

    @property
    def servers(self):
        return list(self.env["nbd"])

    def uris(self, volume, first):
        """One for each server, that of the first first."""
        start = self.servers.index(first)
        return [f"{self.env['nbd'][s]}/{volume}"
                for s in self.servers[start:] + self.servers[:start]]

    def ashlar(self, *words):
        return run(OPS / "bin" / "ashlar", "--metadata", self.env["metadata"], *words)

    def volume(self, name):
        return json.loads(self.ashlar("-o", "json", "volume", "show", name))

    def leader(self):
        return json.loads(self.ashlar("-o", "json", "status"))["leader"]

    def await_in_sync(self, volume, limit=120):
        def in_sync():
            shown = self.volume(volume)
            return shown if all(m["inSync"] for m in shown["mirrors"]) else None
        return until(f"all mirrors of {volume} in sync", in_sync, limit)

    def files(self, server):
        """What its device consists of."""
        return [path for path in pathlib.Path(self.env["devices"][server][0]).rglob("*")
                if path.is_file() and path.stat().st_size >= 4096]

    def log(self, name, since=0):
        text = (self.directory / name / "log").read_bytes()
        return text[since:].decode(errors="replace")

    def logged(self, pattern, since=None):
        """All matches in the servers' logs, from given sizes of the logs on."""
        since = since or {}
        return [match for server in self.servers
                for match in re.findall(pattern, self.log(server, since.get(server, 0)))]

    def log_sizes(self):
        return {s: (self.directory / s / "log").stat().st_size for s in self.servers}

    # ---- processes

    def send(self, name, number):
        os.kill(self.env["pids"][name], number)

    def kill(self, *names):
        for name in names:
            self.send(name, signal.SIGKILL)

    def freeze(self, *names):
        for name in names:
            self.send(name, signal.SIGSTOP)

    def thaw(self, *names):
        for name in names:
            self.send(name, signal.SIGCONT)

    def restart(self, *names):
        """At once, so that those that need each other find each other."""
        starts = [subprocess.Popen([OPS / "local-cluster", "restart", name, "--dir", self.directory])
                  for name in names]
        ended = [start.wait() for start in starts]
        if any(ended):
            raise Failed(f"{names} did not restart: {ended}")
        self.look()

    def start_all(self):
        run(OPS / "local-cluster", "start", "--dir", self.directory)
        self.look()

    # ---- links

    @property
    def can_cut(self):
        return bool(self.env["network"])

    def place(self, name):
        return self.env["network"]["processes"][name]

    def cut(self, name):
        """Nothing comes or goes; like a broken switch, not like a pulled plug."""
        run("bridge", "link", "set", "dev", self.place(name)["port"], "state", 0)

    def cut_out(self, name):
        """What it sends arrives nowhere; it hears the others."""
        for other in self.env["network"]["processes"]:
            if other != name:
                self.mislead(name, other)

    def cut_in(self, name):
        """Nothing that the others send arrives there; they hear it."""
        for other in self.env["network"]["processes"]:
            if other != name:
                self.mislead(other, name)

    def mislead(self, sender, receiver):
        """Frames to the receiver go to a link address that nobody has."""
        run("ip", "-n", self.place(sender)["namespace"], "neighbour", "replace",
            self.place(receiver)["address"], "lladdr", NOWHERE, "dev", "eth0", "nud", "permanent")

    def mend_links(self, name):
        if not self.can_cut:
            return
        run("bridge", "link", "set", "dev", self.place(name)["port"], "state", 3)
        for sender in self.env["network"]["processes"]:
            run("ip", "-n", self.place(sender)["namespace"], "neighbour", "flush", "nud",
                "permanent", "dev", "eth0")

    # ---- what is left

    def holders(self, volume):
        """The servers that have its mirrors, all of them in sync."""
        return sorted(m["server"] for m in self.await_in_sync(volume)["mirrors"])

    def images_differ(self, volume, servers, scratch):
        """After the end of all servers: its holders' images of a volume, compared byte by byte."""
        images = []
        for server in servers:
            image = scratch / f"{volume}-{server}.img"
            image.unlink(missing_ok=True)
            run(OPS / "bin" / "ashlar", "device", "export", self.env["devices"][server][0],
                "--volume", volume, "--to", image)
            images.append(image)
        try:
            return [f"{image.name} differs from {images[0].name}" for image in images[1:]
                    if subprocess.run(["cmp", "-s", images[0], image], check=False).returncode]
        finally:
            for image in images:
                image.unlink()


class Load:
    """One client process (client.py, or another program with its options) and its history file."""

    def __init__(self, name, history, uris, blocks, *options, stride=1, program="client.py"):
        self.name, self.history = name, history
        self.process = subprocess.Popen(
            [PYTHON, str(OPS / "faulting" / program), "--name", name, "--history", str(history),
             "--blocks", str(blocks), "--stride", str(stride), *map(str, options), *uris],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def running(self):
        return self.process.poll() is None

    def ask(self, command):
        """A line to it; returns the line that it prints then."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Failed(f"{self.name} ended over '{command}'")
        return answer

    def end(self, limit=120):
        """Ends its input and waits; returns what it printed."""
        try:
            printed, _ = self.process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} does not end") from None
        if self.process.returncode:
            raise Failed(f"{self.name} ended with {self.process.returncode}")
        return printed

    def kill(self):
        self.process.kill()
        self.process.wait()


def require_libnbd():
    if subprocess.run([PYTHON, "-c", "import nbd"], check=False, capture_output=True).returncode:
        sys.exit("faults: libnbd is missing: install the package python3-libnbd")
