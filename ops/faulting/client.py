#!/usr/bin/python3
"""An NBD client over libnbd that writes down what it does and what becomes of it.

    client.py --name N --history FILE --stride S --blocks B [--read] [--pace SECONDS] ... URI...

Writes stamped 4 KiB blocks one at a time (or reads them, with --read) until its standard input ends,
or each --once. A connection that breaks, or that does not answer for --patience seconds, is given
up; the client attaches at the next server of the list and goes on. The history (history.py) is in
FILE when the client has ended.
"""

import argparse
import errno
import json
import random
import select
import struct
import sys
import time

import nbd

BLOCK = 4096
# Numbers of errors that say that nothing has happened, and the volume goes on.
REFUSALS = (errno.ENOSPC,)
# Servers that are alive may need this long to find out that another is not.
ATTACH_SECONDS = 4


def now():
    return time.monotonic_ns()


def image(stamp):
    return struct.pack("<Q", stamp) * (BLOCK // 8)


def stamp_of(data):
    """The stamp, or what is there instead of a stamped block."""
    stamp = struct.unpack_from("<Q", data)[0]
    if data == image(stamp):
        return stamp
    words = sorted(set(struct.unpack(f"<{BLOCK // 8}Q", data)))
    return "torn: " + ", ".join(map(str, words[:4]))


class Lost(Exception):
    """The connection is over; what was under way may or may not happen."""


class Client:
    """One connection at a time, one request at a time."""

    def __init__(self, args):
        self.name, self.uris, self.patience = args.name, list(args.uris), args.patience
        self.give_up = args.give_up
        self.handle = None
        self.file = open(args.history, "w", encoding="utf-8")

    def note(self, do, began, outcome, **more):
        ended = None if outcome == "unknown" else now()
        self.file.write(json.dumps({"client": self.name, "do": do, "began": began, "ended": ended,
                                    "outcome": outcome, **more}) + "\n")

    def wait(self, done, seconds):
        """Polls until done() or too late; libnbd says by an error that the connection broke."""
        deadline = time.monotonic() + seconds
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                raise Lost(f"no answer for {seconds} s")
            self.handle.poll(max(1, int(left * 1000)))

    def attach(self):
        began, deadline = now(), time.monotonic() + self.give_up
        while True:
            uri = self.uris[0]
            try:
                self.handle = nbd.NBD()
                self.handle.aio_connect_uri(uri)
                self.wait(self.attached, ATTACH_SECONDS)
                self.note("attach", began, "ok", to=uri)
                return
            except (nbd.Error, Lost) as e:
                self.handle = None
                self.note("attach", began, "unknown", to=uri, why=str(e))
                self.uris.append(self.uris.pop(0))
                if time.monotonic() > deadline:
                    self.file.close()
                    sys.exit(f"{self.name}: no server serves within {self.give_up} s; "
                             f"{uri} said last: {e}")
                time.sleep(0.02)

    def attached(self):
        if self.handle.aio_is_dead() or self.handle.aio_is_closed():
            raise Lost("refused")
        return self.handle.aio_is_ready()

    def run(self, do, submit, **more):
        """Does one operation and notes it; returns whether it succeeded."""
        if self.handle is None:
            self.attach()
        began = now()
        try:
            cookie = submit(self.handle)
            self.wait(lambda: self.handle.aio_command_completed(cookie), self.patience)
        except Lost as e:
            self.leave()
            self.note(do, began, "unknown", why=str(e), **more)
            return False
        except nbd.Error as e:
            if self.handle.aio_is_dead() or self.handle.aio_is_closed():
                self.leave()
            outcome = "refused" if e.errnum in REFUSALS and self.handle else "unknown"
            self.note(do, began, outcome, why=str(e), **more)
            return False
        if do == "read":
            more["stamp"] = stamp_of(bytes(self.buffer.to_bytearray()))
        self.note(do, began, "ok", **more)
        return True

    def leave(self):
        self.handle = None
        self.uris.append(self.uris.pop(0))

    def write(self, block, stamp):
        data = nbd.Buffer.from_bytearray(bytearray(image(stamp)))
        return self.run("write", lambda h: h.aio_pwrite(data, block * BLOCK),
                        block=block, stamp=stamp)

    def read(self, block):
        self.buffer = nbd.Buffer(BLOCK)
        return self.run("read", lambda h: h.aio_pread(self.buffer, block * BLOCK), block=block)

    def flush(self):
        return self.run("flush", lambda h: h.aio_flush())


def load(client, args):
    """Writes or reads at random until the standard input ends."""
    generator = random.Random(args.seed)
    stamp = args.first_stamp
    while not select.select([sys.stdin], [], [], args.pace)[0]:
        block = args.first_block + generator.randrange(args.blocks) * args.stride
        if args.read:
            client.read(block)
            continue
        client.write(block, stamp)
        stamp += 1
        if stamp % args.flush_every == 0:
            client.flush()


def read_all(client, args):
    for index in range(args.blocks):
        while not client.read(args.first_block + index * args.stride):
            pass


def write_all(client, args):
    for index in range(args.blocks):
        client.write(args.first_block + index * args.stride, args.first_stamp + index)
    client.flush()


def fill(client):
    """At each line of its input writes until there is no space ("fill") or trims all that it wrote
    ("trim"), and says how many bytes. Not part of the history."""
    client.attach()
    filled = 0
    for line in sys.stdin:
        if line.strip() == "fill":
            filled = fill_from(client.handle, filled)
            print(filled, flush=True)
        else:
            for offset in range(0, filled, 1 << 20):
                client.handle.trim(min(1 << 20, filled - offset), offset)
            print(filled, flush=True)
            filled = 0


def fill_from(handle, filled):
    size = 1 << 20
    data = random.Random(1).randbytes(size)
    while size >= BLOCK and filled + size <= handle.get_size():
        try:
            handle.pwrite(data[:size], filled)
            filled += size
        except nbd.Error as e:
            if e.errnum not in REFUSALS:
                raise
            size //= 16
    return filled


def parser(what):
    made = argparse.ArgumentParser(description=what,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--name", required=True)
    made.add_argument("--history", required=True)
    made.add_argument("--blocks", type=int, required=True, help="how many are used")
    made.add_argument("--stride", type=int, default=1, help="from each to the next")
    made.add_argument("--first-block", type=int, default=0)
    made.add_argument("--first-stamp", type=int, default=1)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--read", action="store_true")
    made.add_argument("--once", action="store_true", help="read or write every block once")
    made.add_argument("--fill", action="store_true", help="fill and trim as told by its input")
    made.add_argument("--pace", type=float, default=0, help="seconds between operations")
    made.add_argument("--flush-every", type=int, default=500)
    made.add_argument("--patience", type=float, default=1.5, help="seconds for an answer")
    made.add_argument("--give-up", type=float, default=60, help="seconds without any server")
    made.add_argument("uris", nargs="+")
    return made


def main():
    args = parser(__doc__).parse_args()
    client = Client(args)
    try:
        if args.fill:
            fill(client)
        elif args.once:
            (read_all if args.read else write_all)(client, args)
        else:
            load(client, args)
    finally:
        client.file.close()


if __name__ == "__main__":
    main()
