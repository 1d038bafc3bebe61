#!/usr/bin/python3
"""The checker of histories (ops/faulting/history.py) against a search that tries every order."""

import itertools
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "faulting"))

import history  # noqa: E402


def op(do, stamp, began, ended, outcome="ok", block=7):
    return {"client": "c", "do": do, "block": block, "stamp": stamp, "began": began, "ended": ended,
            "outcome": outcome}


def write(stamp, began, ended, outcome="ok"):
    return op("write", stamp, began, ended if outcome != "unknown" else None, outcome)


def read(stamp, began, ended):
    return op("read", stamp, began, ended)


def some_order_explains(operations):
    """The definition: operations take effect one by one, each between its begin and its end; those
    without an answer take effect at any time after their begin, or not at all."""
    sure = [o for o in operations if o["outcome"] == "ok"]
    unsure = [o for o in operations if o["outcome"] == "unknown"]
    for count in range(len(unsure) + 1):
        for happened in itertools.combinations(unsure, count):
            if any(explains(order) for order in itertools.permutations(sure + list(happened))):
                return True
    return False


def explains(order):
    value = 0
    for i, o in enumerate(order):
        if any(later["ended"] is not None and later["ended"] < o["began"] for later in order[i:]):
            return False
        if o["do"] == "write":
            value = o["stamp"]
        elif o["stamp"] != value:
            return False
    return True


def random_history(generator):
    operations, stamps = [], [0]
    for _ in range(generator.randrange(1, 7)):
        began = generator.randrange(20)
        ended = began + generator.randrange(1, 12)
        if generator.random() < 0.5:
            stamps.append(len(stamps))
            outcome = "unknown" if generator.random() < 0.3 else "ok"
            operations.append(write(stamps[-1], began, ended, outcome))
        else:
            operations.append(read(generator.choice(stamps), began, ended))
    times = generator.sample(range(1000), 40)  # no two at the same moment
    for o in operations:
        o["began"] = o["began"] * 1000 + times.pop()
        if o["ended"] is not None:
            o["ended"] = o["ended"] * 1000 + times.pop()
    return operations


class HistoryTest(unittest.TestCase):

    def test_agrees_with_the_search_over_every_order(self):
        generator = random.Random(5)
        good = 0
        for _ in range(3000):
            operations = random_history(generator)
            expected = some_order_explains(operations)
            good += expected
            self.assertEqual(expected, not history.violations(operations), operations)
        self.assertTrue(500 < good < 2500, good)  # both answers are common

    def test_finds_a_lost_write(self):
        self.assertTrue(history.violations([write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)]))

    def test_finds_a_stale_read(self):
        self.assertTrue(history.violations([write(1, 0, 1), read(0, 2, 3)]))

    def test_finds_a_read_that_goes_back(self):
        self.assertTrue(history.violations(
            [write(1, 0, 9, "unknown"), read(1, 2, 3), read(0, 4, 5)]))

    def test_finds_bytes_that_nobody_wrote(self):
        self.assertTrue(history.violations([write(1, 0, 1), read("torn: 1, 2", 2, 3)]))

    def test_finds_a_refused_write_that_happened(self):
        self.assertTrue(history.violations([write(1, 0, 1, "refused"), read(1, 2, 3)]))

    def test_lets_a_write_without_an_answer_happen_late_or_never(self):
        self.assertFalse(history.violations(
            [write(1, 0, 1), write(2, 2, 3, "unknown"), read(1, 4, 5), read(2, 6, 7)]))
        self.assertFalse(history.violations(
            [write(1, 0, 1), write(2, 2, 3, "unknown"), read(1, 4, 5)]))

    def test_measures_stalls_within_a_span(self):
        second = 1_000_000_000
        ends = [0, 1 * second, 4 * second, 5 * second]
        self.assertEqual(3, history.longest_stall(ends, 0, 5 * second))
        self.assertEqual(1, history.longest_stall(ends, 0, 1 * second))
        self.assertEqual(2, history.longest_stall(ends, 2 * second, 5 * second))
        self.assertEqual(5, history.longest_stall(ends, 4.5 * second, 10 * second))

    def test_counts_by_seconds_from_the_fault(self):
        second = 1_000_000_000
        ends = [1 * second, 2 * second, 2 * second + 1, 4 * second]
        self.assertEqual([(-1, 1), (0, 2), (1, 0), (2, 1)],
                         history.time_line(ends, 2 * second, 1 * second, 5 * second))


if __name__ == "__main__":
    unittest.main()
