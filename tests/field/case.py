"""The cases, and what is seen when ragtop is asked about one."""

import json
import re
import string

import exporter

CASES = []      # in the order of their classes


class Case:
    """An exporter, a configuration, and what has to be said of them.

    Each subclass that is not abstract is a case, and each of its VARIANTS runs by itself: the same
    story with other names and numbers, so that nothing can be right by accident. The keys of a
    variant are attributes of its instance; $keys are replaced in CONFIG.
    """
    variants = ({}, {})
    config = None               # YAML, or None: ragtop's own profile
    arguments = ()              # more of the command line
    minutes = 10                # since when the incident lasts, before the moment that is judged
    families = ()               # (name, type) that a live target exports without any sample

    def __init_subclass__(cls, abstract=False, **keywords):
        super().__init_subclass__(**keywords)
        if not abstract:
            CASES.append(cls)

    def __init__(self, index):
        self.__dict__.update(self.variants[index])
        self.job = f"{self.name()}-{index}"

    @classmethod
    def name(cls):
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def onset(self):
        return exporter.AT - self.minutes * exporter.MINUTE

    def yaml(self):
        return self.config and string.Template(self.config).substitute(vars(self))

    def moments(self):
        """When the target was scraped."""
        return range(exporter.START, exporter.AT + 1, exporter.STEP)

    def openmetrics(self):
        scrapes = []
        for time in self.moments():
            scrape = exporter.Scrape(time, self.onset)
            self.scrape(scrape)
            scrapes.append(scrape)
        return exporter.openmetrics(scrapes, job=self.job, instance="10.0.0.7:8000")

    def scrape(self, x):
        """Adds the samples of the moment x.time to the exporter.Scrape X."""
        raise NotImplementedError

    def check(self, test, seen):
        """Asserts with the unittest.TestCase TEST on what was SEEN."""
        raise NotImplementedError


class Seen:
    """One report."""

    def __init__(self, ended, document, table):
        self.status = ended.status
        self.seconds = ended.seconds
        self.document = document
        self.verdict = document["verdict"]
        self.sentence = document["verdict"]["summary"]
        self.warnings = document["warnings"]
        self.table = table          # as `report` prints it

    def row(self, stage, signal="latency"):
        return next(r for r in self.document["rows"] if (r["stage"], r["signal"]) == (stage, signal))

    def __str__(self):
        return f"{json.dumps(self.document, indent=1, ensure_ascii=False)}\n{self.table}"


class Check:
    """What cases assert most often; mixed into the TestCase."""

    def near(self, value, expected, by=0.15):
        """VALUE is EXPECTED, give or take the share BY."""
        self.assertIsNotNone(value)
        self.assertLessEqual(abs(value - expected), by * abs(expected), f"{value} is not {expected}")

    def no_quantile(self, seen):
        """What is to be pasted next asks for no quantile."""
        self.assertTrue(seen.verdict["next"])
        for step in seen.verdict["next"]:
            self.assertNotIn("histogram_quantile", step)

    def said(self, texts, *words):
        """One of TEXTS has all WORDS."""
        self.assertTrue(any(all(word in text for word in words) for text in texts),
                        f"nothing says {words}: {texts}")
