"""A machine under qemu that does what a test says, over its second serial port."""

import os
import re
import select
import subprocess
import time

import parts
from cluster import Failed

BOOT_SECONDS = 240


class Guest:
    """One guest, until closed. Its kernel's messages are in a file."""

    def __init__(self, directory, *, memory=256, processors=1, extra=(), devices=()):
        self.kernel_log = directory / "kernel.log"
        self.transcript = open(directory / "guest.log", "w", encoding="utf-8")
        archive = parts.initial_file_system(directory, extra)
        # It dies with the test, however that ends.
        words = ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max",
                 "-m", memory, "-smp", processors, "-nodefaults", "-no-user-config", "-no-reboot",
                 "-display", "none", "-kernel", parts.kernel(), "-initrd", archive,
                 "-append", "console=ttyS0 quiet loglevel=6 panic=-1",
                 "-serial", f"file:{self.kernel_log}", "-serial", "stdio", *devices]
        self.pending = b""
        self.aside = []
        self.began = time.monotonic()
        self.process = subprocess.Popen(list(map(str, words)), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            self.greeting = self.done("booting", BOOT_SECONDS)[-1]
        except Failed:
            self.close()
            raise
        self.boot_seconds = time.monotonic() - self.began
        archive.unlink()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.transcript.close()

    # ---- one command at a time

    def say(self, command):
        """Tells the guest to do something; done() waits for its end."""
        self.note(f"> {command}")
        self.process.stdin.write(f"{command}\n".encode())
        self.process.stdin.flush()

    def done(self, what, limit):
        """The end of the command; what it printed meanwhile, since the last line that was awaited."""
        printed = []
        while True:
            line = self.line(limit, what)
            if line.startswith("= "):
                if line != "= 0":
                    raise Failed(f"the guest failed at {what} ({line[2:]}): {' | '.join(printed[-5:])};"
                                 f" its kernel said last: {self.last_words()}")
                return printed
            printed.append(line)

    def do(self, command, limit=60):
        self.say(command)
        return self.done(f"'{command}'", limit)

    def await_line(self, pattern, limit=60):
        """The next line of that form, of the command that is under way."""
        while True:
            line = self.line(limit, pattern)
            if re.fullmatch(pattern, line):
                return line
            if line.startswith("= "):
                raise Failed(f"the guest ended with '{line}' before it printed '{pattern}';"
                             f" its kernel said last: {self.last_words()}")

    def waiting(self):
        """Whether a line can be had at once."""
        return b"\n" in self.pending or select.select([self.process.stdout], [], [], 0)[0]

    def line(self, limit, what):
        """The next line; what comes from the background is put aside."""
        deadline = time.monotonic() + limit
        while True:
            line = self.any_line(deadline, limit, what)
            if not line.startswith("attach: "):
                return line
            self.aside.append(line)

    def await_aside(self, pattern, limit=60):
        """Waits for a line from the background that has not been awaited yet."""
        deadline = time.monotonic() + limit
        while True:
            while self.aside:
                line = self.aside.pop(0)
                if re.search(pattern, line):
                    return line
            self.aside.append(self.any_line(deadline, limit, pattern))

    def any_line(self, deadline, limit, what):
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Failed(f"not within {limit} s: {what}; the guest's kernel said last:"
                             f" {self.last_words()}")
            if not select.select([self.process.stdout], [], [], left)[0]:
                continue
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                raise Failed(f"the guest ended ({self.process.wait()}) before: {what};"
                             f" its kernel said last: {self.last_words()}")
            self.pending += data
        line, _, self.pending = self.pending.partition(b"\n")
        text = line.decode(errors="replace").rstrip("\r")
        self.note(text)
        return text

    def note(self, text):
        self.transcript.write(f"{time.monotonic() - self.began:8.2f} {text}\n")
        self.transcript.flush()

    def last_words(self):
        try:
            return " | ".join(self.kernel_log.read_text(errors="replace").splitlines()[-4:])
        except OSError:
            return "nothing"

    def power_off(self, limit=60):
        self.say("sync; poweroff -f")
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Failed("the guest does not power off") from None
