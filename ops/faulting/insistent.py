#!/usr/bin/python3
"""A client like qemu or the kernel: several writes under way, each sent again until it is acknowledged.

The options are those of client.py. While answers come there are a few writes under way; when none comes
more are sent, as the users of a disk do. When none has come for --patience seconds the connection is
closed, and the same bytes go to the next server, with everything that was not acknowledged. A block that
had to be sent again gets newer data as soon as that is acknowledged, and is then left alone: if an
earlier copy of the older write takes effect later, it stays to be seen (resent.py).
"""

import collections
import random
import select
import sys
import time

import nbd

from client import BLOCK, REFUSALS, Client, Lost, image, now, parser

CALM, STALLED = 4, 16
STALL_SECONDS = 0.1
POLL_MILLIS = 20


class Request:
    """A write of a block, or a flush if there is none, until it is over."""

    def __init__(self, block, stamp):
        self.block, self.stamp = block, stamp
        self.tries = 0

    def submit(self, handle):
        self.tries += 1
        self.began = now()
        if self.block is None:
            return handle.aio_flush()
        self.data = nbd.Buffer.from_bytearray(bytearray(image(self.stamp)))
        return handle.aio_pwrite(self.data, self.block * BLOCK)


class Insistent(Client):

    def __init__(self, args):
        super().__init__(args)
        self.args = args
        self.generator = random.Random(args.seed)
        self.stamp = args.first_stamp
        self.open = {}
        self.due = collections.deque()
        self.taken, self.resent = set(), set()
        self.progress = time.monotonic()
        self.since_flush = 0

    def run(self):
        ended = False
        while not ended or self.open or self.due:
            ended = ended or bool(select.select([sys.stdin], [], [], 0)[0])
            if self.handle is None:
                self.attach()
                self.progress = time.monotonic()
            try:
                self.send(ended)
                self.handle.poll(POLL_MILLIS)
                self.collect()
                if self.open and time.monotonic() - self.progress > self.patience:
                    raise Lost(f"no answer for {self.patience} s")
            except (nbd.Error, Lost) as e:
                self.give_up_connection(str(e))

    def send(self, ended):
        stalled = time.monotonic() - self.progress > STALL_SECONDS
        while len(self.open) < (STALLED if stalled else CALM) and (self.due or not ended):
            request = self.due.popleft() if self.due else self.fresh()
            cookie = request.submit(self.handle)
            self.open[cookie] = request

    def fresh(self):
        if self.since_flush >= self.args.flush_every:
            self.since_flush = 0
            return Request(None, None)
        self.since_flush += 1
        block = None
        while block is None or block in self.taken:
            block = self.args.first_block + self.generator.randrange(self.args.blocks) * self.args.stride
        self.taken.add(block)
        return self.write_of(block)

    def write_of(self, block):
        self.stamp += 1
        return Request(block, self.stamp - 1)

    def collect(self):
        for cookie, request in list(self.open.items()):
            try:
                if not self.handle.aio_command_completed(cookie):
                    continue
            except nbd.Error as e:
                if self.handle.aio_is_dead() or self.handle.aio_is_closed():
                    raise
                self.failed(cookie, request, e)
                continue
            del self.open[cookie]
            self.progress = time.monotonic()
            self.noted(request, "ok")
            if request.tries > 1:
                self.due.append(self.write_of(request.block))
            elif request.block not in self.resent:
                self.taken.discard(request.block)

    def failed(self, cookie, request, error):
        """The volume goes on; a write that was not refused is asked again."""
        del self.open[cookie]
        refused = error.errnum in REFUSALS
        self.noted(request, "refused" if refused else "unknown", why=str(error))
        if request.block is not None and not refused:
            self.due.append(request)

    def give_up_connection(self, why):
        again = []
        for request in self.open.values():
            self.noted(request, "unknown", why=why)
            if request.block is not None:
                again.append(request)
                self.resent.add(request.block)
        self.due.extendleft(reversed(again))
        self.open.clear()
        self.leave()

    def noted(self, request, outcome, **more):
        if request.block is None:
            self.note("flush", request.began, outcome, **more)
        else:
            self.note("write", request.began, outcome, block=request.block, stamp=request.stamp, **more)


def main():
    args = parser(__doc__).parse_args()
    client = Insistent(args)
    try:
        client.run()
    finally:
        client.file.close()


if __name__ == "__main__":
    main()
