"""Days of which the server has no sample are not asked for, and what is shown is the same."""

import json
import re
import unittest

import servers
from program import run
from test_cache import Passing

DAY = "86400.000"
AT = ("--at", "-2m")


def setUpModule():      # pylint: disable=invalid-name
    servers.article()


class Server(Passing):
    """Passes all on; what is said of the days is CHANGEd."""

    def __init__(self, change):
        super().__init__()
        self._change = change

    def _answer(self, path, parameters):
        status, body = super()._answer(path, parameters)
        if dict(parameters).get("step") == DAY:
            stretches = "last_over_time" in dict(parameters)["query"]
            return self._change(status, body, stretches)
        return status, body


def samples(body, change):
    result = [{**series, "values": change(series)} for series in body["data"]["result"]]
    return {**body, "data": {**body["data"], "result": [one for one in result if one["values"]]}}


def as_it_is(status, body, _):
    return status, body


def refused(*_):
    return 422, {"status": "error", "errorType": "execution", "error": "too many samples"}


def a_page(*_):
    return 200, b"<html>no</html>"


def empty(status, body, _):
    return status, samples(body, lambda series: [])


def moved(status, body, _):
    """As servers answer that begin at whole steps."""
    return status, samples(body, lambda series: [[at // 86400 * 86400, value]
                                                 for at, value in series["values"]])


def partial(status, body, _):
    """With only what needs no storage."""
    body = samples(body, lambda series: series["values"] if "held" in series["metric"] else [])
    return status, {**body, "warnings": ["a store is away"]}


def gap(status, body, stretches):
    """Nothing at the very moment."""
    return (status, body) if stretches else (status, samples(
        body, lambda series: series["values"] if "held" in series["metric"] else []))


class Holdings(unittest.TestCase):
    """Reports of one moment, of servers that say it in different ways."""
    maxDiff = None

    def report(self, change):
        """(the document without where it came from, the days that were asked for)"""
        with Server(change) as server:
            ended = run("report", "-v", "--no-cache", "--format", "json", *self.at, server.url)
        document = json.loads(ended.out)
        for key in ("source", "source_info"):
            document.pop(key, None)
        lines = re.findall(r"(?m)^\S+ day +200 .*$", ended.err)
        return document, sum(max(line.count("ragtop_arm"), 1) for line in lines)

    def setUp(self):
        at = json.loads(run("report", "--format", "json", *AT, servers.url("article")).out)["at"]
        self.at = "--at", at

    def test_what_is_shown_is_the_same(self):
        plain, asked_all = self.report(refused)
        document, asked = self.report(as_it_is)
        self.assertEqual(plain, document)
        self.assertGreater(asked, 0)
        self.assertLess(asked, asked_all / 2)    # there are two days of ten
        for change in (a_page, empty, moved, partial):
            with self.subTest(change.__name__):
                document, said = self.report(change)
                self.assertEqual(plain, document)
                self.assertEqual(asked_all, said)
        with self.subTest("gap"):
            document, said = self.report(gap)
            self.assertEqual(plain, document)
            self.assertEqual(asked, said)


if __name__ == "__main__":
    unittest.main()
