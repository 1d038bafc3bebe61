#!/usr/bin/python3
"""Writes that are sent again (ops/faulting/resent.py): what is one write, and what is resurrected."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "faulting"))

import history  # noqa: E402
import resent  # noqa: E402


def op(do, stamp, began, ended, outcome="ok"):
    return {"client": "c", "do": do, "block": 7, "stamp": stamp, "began": began, "ended": ended,
            "outcome": outcome}


def lost(stamp, began):
    return op("write", stamp, began, None, "unknown")


def write(stamp, began, ended):
    return op("write", stamp, began, ended)


def read(stamp, began, ended):
    return op("read", stamp, began, ended)


def found(*operations):
    """The blocks with resurrected writes, and whether there is anything wrong at all."""
    whole = resent.merged(operations)
    return list(resent.resurrected(whole)), bool(history.violations(whole))


class ResentTest(unittest.TestCase):

    def test_makes_one_write_of_all_tries(self):
        self.assertEqual(
            [{**write(1, 0, 6), "tries": 3}, {**lost(2, 7), "tries": 2}],
            resent.merged([lost(1, 0), lost(1, 2), write(1, 4, 6), lost(2, 7), lost(2, 8)]))

    def test_finds_an_older_write_that_shows_again_after_a_newer_one(self):
        self.assertEqual(([7], True), found(lost(1, 0), write(1, 2, 3), write(2, 4, 5), read(1, 6, 7)))

    def test_finds_it_though_the_newer_one_was_seen_meanwhile_and_hides_it_again(self):
        self.assertEqual(([7], True), found(
            lost(1, 0), write(1, 2, 3), write(2, 4, 5), read(2, 6, 7), read(1, 8, 9), read(2, 10, 11)))

    def test_finds_it_though_the_newer_one_was_sent_again_too(self):
        self.assertEqual(([7], True), found(
            lost(1, 0), write(1, 2, 3), lost(2, 4), write(2, 5, 6), read(1, 7, 8)))

    def test_lets_every_try_take_effect_until_the_write_is_acknowledged(self):
        self.assertEqual(([], False), found(
            lost(1, 0), read(1, 1, 2), write(1, 3, 6), read(1, 4, 5), write(2, 7, 8), read(2, 9, 10)))

    def test_lets_the_older_one_show_while_the_newer_is_under_way(self):
        self.assertEqual(([], False), found(
            lost(1, 0), write(1, 2, 3), write(2, 4, 9), read(1, 5, 6), read(2, 10, 11)))

    def test_calls_a_write_that_was_sent_once_lost_and_not_resurrected(self):
        self.assertEqual(([], True), found(write(1, 0, 1), write(2, 2, 3), read(1, 4, 5)))


if __name__ == "__main__":
    unittest.main()
