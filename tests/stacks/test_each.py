#!/usr/bin/python3
"""Each component, alone: found with its tree, calm before its incident, and blamed in it."""

import os
import unittest

from components import COMPONENTS
from each import ask, names_of
from expected import EXPECTED

# Of all that is checked; a verdict that rests on chance may be another one on some day.
LEAST = {"found": 1, "tree": 1, "calm": .96, "culprit": .96}


def quietly(**options):
    with open(os.devnull, "w", encoding="utf-8") as log:
        return ask(names_of(), log=log, **options)


class Each(unittest.TestCase):
    """With nothing configured."""

    def test_every_component_has_its_expectation(self):
        self.assertEqual(set(EXPECTED), {name for name in COMPONENTS
                                         if not COMPONENTS[name].dotted})

    def test_each_is_found_and_judged(self):
        wrong = {what: [] for what in LEAST}
        judged = [said for said in quietly() if not EXPECTED[said.name].not_yet]
        for said in judged:
            for what, good in said.checks().items():
                if not good:
                    wrong[what].append(f"{said.name}: {said.tree} | {said.blamed} | "
                                       f"{said.wrong['verdict']['summary']} {said.alarms}")
        self.assertGreater(len(judged), 60)
        for what, least in LEAST.items():
            with self.subTest(what):
                self.assertGreaterEqual(1 - len(wrong[what]) / len(judged), least,
                                        "\n".join(wrong[what]))

    def test_a_copy_that_nobody_knows_is_a_live_table(self):
        """Of another prefix, with other labels, in another namespace."""
        for said in quietly(renamed=True):
            with self.subTest(said.name):
                self.assertTrue(all(said.checks_of_copy().values()),
                                f"{said.tree} | {said.wrong['verdict']['summary']} "
                                f"{said.wrong['warnings']}")


if __name__ == "__main__":
    unittest.main()
