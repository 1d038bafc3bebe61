"""What clients did and saw, and whether a store that keeps its promises could have let them see it.

A history is a list of operations on blocks, one dict each:

    client   who did it
    do       "write", "read", "flush" or "attach"
    block    which block; not for flush and attach
    stamp    what was written or found; each stamp is written once, 0 is what a new volume holds
    began    nanoseconds of the monotonic clock, which all processes of a machine share
    ended    the same; None if there was no answer
    outcome  "ok", "unknown" (no answer: it may happen at any later time, or never), or "refused"
             (an answer that says that it did not happen)
    why      what the client saw instead of an answer
"""

import json
import math

NEVER = math.inf
ALWAYS = -math.inf


def load(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


# ---------------------------------------------------------------- what must hold


class Value:
    """A stamp of one block: its write and the reads that found it."""

    def __init__(self, stamp, began, ended):
        self.stamp, self.began, self.ended = stamp, began, ended
        self.first_end, self.last_begin = ended, began
        self.seen = False

    def read(self, began, ended):
        self.seen = True
        self.first_end = min(self.first_end, ended)
        self.last_begin = max(self.last_begin, began)

    def lasts(self):
        """Whether the block must have held it over a span of time, not only at some moment."""
        return self.first_end < self.last_begin

    def span(self):
        return min(self.first_end, self.last_begin), max(self.first_end, self.last_begin)


def violations(history):
    """Sentences, one for each block that no linearizable store could have shown like this."""
    blocks = {}
    for operation in history:
        if operation["do"] in ("write", "read"):
            blocks.setdefault(operation["block"], []).append(operation)
    found = []
    for block, operations in sorted(blocks.items()):
        wrong = wrong_with(operations)
        if wrong:
            found.append(f"block {block}: {wrong}")
    return found


def wrong_with(operations):
    """Gibbons and Korach, "Testing Shared Memories" (1997), for registers with unique values: each
    value takes a span of time; those that last must not overlap, the others must not lie within one
    that lasts. Writes without an answer that nobody saw need not have happened."""
    values = {0: Value(0, ALWAYS, ALWAYS)}
    refused = set()
    for op in operations:
        if op["do"] == "write":
            if op["outcome"] == "refused":
                refused.add(op["stamp"])
            ended = op["ended"] if op["outcome"] == "ok" else NEVER
            values[op["stamp"]] = Value(op["stamp"], op["began"], ended)
    for op in operations:
        if op["do"] == "read" and op["outcome"] == "ok":
            value = values.get(op["stamp"])
            if value is None:
                return f"holds {op['stamp']!r}, which nobody wrote there"
            if op["stamp"] in refused:
                return f"holds {op['stamp']}, whose write was refused"
            if op["ended"] < value.began:
                return f"{op['stamp']} was read before it was written"
            value.read(op["began"], op["ended"])
    happened = [value for value in values.values() if value.ended != NEVER or value.seen]
    return overlap(happened)


def overlap(values):
    lasting = sorted((v for v in values if v.lasts()), key=lambda v: v.span())
    for one, next_one in zip(lasting, lasting[1:]):
        if next_one.span()[0] < one.span()[1]:
            return (f"{one.stamp} and {next_one.stamp} were each seen, or acknowledged, before and"
                    " after the other")
    for value in values:
        if not value.lasts():
            begin, end = value.span()
            for other in lasting:
                if other.span()[0] < begin and end < other.span()[1]:
                    return f"{value.stamp} came and went while {other.stamp} must have been there"
    return None


# ---------------------------------------------------------------- how long it took


def acknowledged_writes(history, client):
    """When, in order."""
    return sorted(op["ended"] for op in history
                  if op["client"] == client and op["do"] == "write" and op["outcome"] == "ok")


def longest_stall(ends, since, until):
    """The longest time without an acknowledged write within a span, or from there on, in seconds."""
    longest = 0
    for before, after in zip(ends, ends[1:] + [max(until, ends[-1])] if ends else []):
        if after > since and before < until:
            longest = max(longest, after - max(before, since))
    return longest / 1e9 if ends else NEVER


def time_line(ends, zero, since, until):
    """[(second, acknowledged writes)], seconds counted from the moment zero."""
    counts = {}
    for end in ends:
        if since <= end < until:
            second = (end - zero) // 1_000_000_000
            counts[second] = counts.get(second, 0) + 1
    first, last = (since - zero) // 1_000_000_000, (until - zero - 1) // 1_000_000_000
    return [(second, counts.get(second, 0)) for second in range(first, last + 1)]


def percentile(durations, share):
    ordered = sorted(durations)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else NEVER
