#!/usr/bin/python3
"""Writes stamped blocks through NBD, follows the volume from server to server, forgets nothing.

Each write carries a stamp that is used once. When a connection breaks, the client attaches at the
next server of the list and goes on. At the end every block is read back: it must hold its last
acknowledged stamp, or one that was tried after it (a write without an answer may have happened).

Writes until its standard input ends, and prints how many writes are acknowledged so far, a line
every tenth of a second; last, one JSON object. Exit code 1 if an acknowledged write is missing.
"""

import argparse
import json
import random
import select
import struct
import sys
import time

import nbd

BLOCK = 4096


class Follower:
    """An NBD handle that reattaches elsewhere."""

    def __init__(self, uris, patience):
        self.uris, self.patience = list(uris), patience
        self.attached = 0
        self.handle = None

    def attach(self):
        deadline = time.monotonic() + self.patience
        while True:
            uri = self.uris[0]
            try:
                self.handle = nbd.NBD()
                self.handle.connect_uri(uri)
                self.attached += 1
                return
            except nbd.Error as e:
                self.uris.append(self.uris.pop(0))
                if time.monotonic() > deadline:
                    sys.exit(f"no server serves within {self.patience} s; {uri} said last: {e}")
                time.sleep(0.05)

    def run(self, operation):
        """Whether it was answered; if not, the next one goes through another connection."""
        if self.handle is None:
            self.attach()
        try:
            return operation(self.handle)
        except nbd.Error as e:
            if not self.handle.aio_is_dead() and not self.handle.aio_is_closed():
                sys.exit(f"an I/O error on a connection that lives: {e}")
            self.handle = None
            self.uris.append(self.uris.pop(0))
            return None


def block_of(stamp):
    return struct.pack("<Q", stamp) * (BLOCK // 8)


def write(follower, args):
    generator = random.Random(args.seed)
    tried = {}
    stamp = acknowledged = unanswered = 0
    follower.attach()  # a first takeover is no stall
    longest, last = 0.0, time.monotonic()
    report = last
    while not select.select([sys.stdin], [], [], 0)[0]:
        stamp += 1
        block = args.first + generator.randrange(args.blocks)
        history = tried.setdefault(block, [0])
        history.append(stamp)
        data = block_of(stamp)
        done = follower.run(lambda h: h.pwrite(data, block * BLOCK) or True)
        if done:
            acknowledged += 1
            history[:-1] = []
        else:
            unanswered += 1
        if stamp % 200 == 0:
            follower.run(lambda h: h.flush() or True)
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        if now >= report:
            report = now + 0.1
            print(acknowledged, flush=True)
    return tried, {"acknowledged": acknowledged, "unanswered": unanswered,
                   "longestStallSeconds": round(longest, 3), "attachments": follower.attached}


def verify(follower, tried):
    lost = []
    for block, possible in tried.items():
        data = None
        while data is None:
            data = follower.run(lambda h: bytes(h.pread(BLOCK, block * BLOCK)))
        found = struct.unpack_from("<Q", data)[0]
        if data != block_of(found) or found not in possible:
            lost.append({"block": block, "found": found, "possible": possible})
    return lost


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=4096)
    parser.add_argument("--first", type=int, default=0, help="lowest block it writes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=30)
    parser.add_argument("uris", nargs="+")
    args = parser.parse_args()
    follower = Follower(args.uris, args.patience)
    tried, summary = write(follower, args)
    lost = verify(follower, tried)
    print(json.dumps(summary | {"blocks": len(tried), "lost": lost[:10]}))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
