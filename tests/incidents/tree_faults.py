"""Kinds in which something is wrong with a service of any stages, in any form of metrics.

The draft has a leaf, one of the deepest stages, two or three levels below the root, which waits for
it; and a model. All that is slow or fails above a part is so because of the part.
"""

from dataclasses import replace

from draft import tree_kind
from service import LAYOUTS, Time
from story import DAY, EVER, HOUR, MINUTE
from tree import (ALL_FORMS, CLASSIC, EXPRESSION, FALLING_SUM, GAUGE, MEAN, NATIVE, NO_INF, NO_SUM,
                  ONLY_INF, PAIR, QUANTILES, ZERO_SUM)

MEANS = CLASSIC, MEAN, NATIVE, PAIR, GAUGE      # forms of which the mean is known
COUNTED = CLASSIC, MEAN, QUANTILES              # and the calls, in the usual names


def slow_part(draft, low=2.5, high=6.0):
    """The leaf or the model takes LOW to HIGH times as long."""
    part = draft.chance.choice((draft.leaf, draft.model))
    draft.slows(part, draft.factor(low, high))
    draft.alarm(part, "latency")
    return part


def some_fail(draft, low, high):
    """A share from LOW to HIGH, of calls that fail. There are so many calls that 30 failures are
    expected in five minutes; by chance, the usual 0.4 % makes less than half as many."""
    share = draft.log_uniform(low, high)
    draft.asked(max(60, 30 / share))
    return share


# --- what can be known of each form of metric

@tree_kind
def deep_summaries(draft):
    """A part two or three levels down is 2.5 to 6 times as slow. Its mean, which is all that is
    known, rises as much, and each second of it is a second of all that wait for it."""
    draft.as_any(MEAN, ONLY_INF, NO_INF)
    slow_part(draft)


@tree_kind
def deep_quantiles(draft):
    """The same, of quantiles that each pod computes itself. The slow part's own quantiles rise as
    its times do, in every pod."""
    draft.exported(QUANTILES)
    slow_part(draft)


@tree_kind
def broken_sums(draft):
    """The same of buckets whose sum is of no use, now as on all days: there is none, or it stays 0.
    The buckets tell that the part is slower, and by how much all that wait for it."""
    draft.as_any(NO_SUM, ZERO_SUM)
    slow_part(draft)


@tree_kind
def deep_gauges(draft):
    """The same of gauges, the mean of the calls since the last scrape: at least 60 calls of a pod
    are behind each. Whatever waits for the part rises by no more than the part, and no other part
    does."""
    draft.exported(GAUGE)
    slow_part(draft)


@tree_kind
def deep_expressions(draft):
    """The same of a P95 that is asked for by an expression, without any count beside it."""
    draft.exported(EXPRESSION)
    slow_part(draft)


@tree_kind
def deep_pairs(draft):
    """The same of a counter of seconds over a counter of calls: a mean, as exact as any."""
    draft.exported(PAIR)
    slow_part(draft)


@tree_kind
def deep_native(draft):
    """The same of native histograms, whose buckets are 9 % wide and end nowhere."""
    draft.exported(NATIVE)
    slow_part(draft)


@tree_kind
def beyond_the_last(draft):
    """All buckets end below what the leaf or the model usually takes, or between that and what it
    takes now, which is 3.5 to 6 times as much. The sums, which are exact, rise as much."""
    part = draft.chance.choice((draft.leaf, draft.model))
    median = draft.case.service[part].time.median
    last = median * draft.chance.choice((0.5, 2.5))
    draft.case.layout = tuple(float(f"{last / 2 ** k:.3g}") for k in range(5, -1, -1))
    draft.slows(part, draft.factor(3.5, 6))
    draft.alarm(part, "latency")


@tree_kind
def busy_service(draft):
    """30 to 100 questions a second, and a part is 2.5 to 6 times as slow, in any form."""
    draft.as_any(*ALL_FORMS)
    draft.asked(30 * 300)
    slow_part(draft)


def _sparse(draft):
    draft.as_any(CLASSIC, MEAN, NATIVE)
    draft.on_pods(1)
    draft.case.rate = draft.log_uniform(0.02, 0.06)
    draft.case.before = 130 * MINUTE
    draft.onset = draft.chance.randint(75, 100) * MINUTE


@tree_kind
def sparse_questions(draft):
    """One question every 17 to 50 seconds, and for more than an hour a part has been 5 to 8 times
    as slow: five minutes hold too few to say so, the hour holds 70 or more, nearly all slower than
    the slowest twentieth was."""
    _sparse(draft)
    slow_part(draft, 5, 8)


@tree_kind
def sparse_failures(draft):
    """The same, and instead 35 to 70 % of the calls of a part fail: 25 or more of the hour's."""
    _sparse(draft)
    part = draft.chance.choice((draft.leaf, draft.model))
    draft.breaks(part, fails=draft.chance.uniform(0.35, 0.7))
    draft.alarm(part, "errors")


# --- the shape of a distribution

@tree_kind
def cache_collapse(draft):
    """A cache answers 60 to 85 % of the leaf's calls in 10 or 20 ms, usually, and none any more.
    The slowest twentieth never came out of the cache, so that P95 hardly moves; the middle is ten
    times as high and the mean 2.4 times or more, and the leaf is most of what waits for it."""
    draft.as_any(*MEANS)
    draft.asked(3 * 300)
    draft.usually(draft.leaf, hits=draft.chance.uniform(0.6, 0.85),
                  time=Time(draft.chance.uniform(0.3, 0.6), 0.18),
                  hit=Time(draft.chance.uniform(0.01, 0.02), 0.3))
    draft.breaks(draft.leaf, hits=0.0)
    draft.alarm(draft.leaf, "latency")


@tree_kind
def slow_canary(draft):
    """One of 14 to 16 pods runs a new version whose model is 5 to 8 times as slow: 6 to 7 % of all
    calls, of at least 3000 in the window, are slower than nearly all others."""
    draft.as_any(CLASSIC, NATIVE)
    _many_pods(draft, draft.chance.randint(14, 16))
    pod = draft.chance.randrange(draft.case.pods)
    by = draft.factor(5, 8)
    draft.since_onset(lambda tree: tree.slower(llm=by), pods=frozenset({pod}))
    draft.alarm(draft.model, "latency", pod=draft.case.pod_name(pod))


def _many_pods(draft, pods):
    """PODS, few stages and few samples of each."""
    case = draft.case
    draft.on_pods(pods)
    draft.asked(12 * 300)
    case.layout = LAYOUTS["objectives"]
    keep = {"llm", case.service["llm"].parent}
    case.service = replace(case.service, stages=tuple(
        replace(stage, parent=None if stage.parent not in keep else stage.parent)
        for stage in case.service.stages if stage.name in keep))
    case.forms = {name: form for name, form in case.forms.items() if name in keep}


@tree_kind
def one_pod_of_many_fails(draft):
    """One of 8 to 50 pods fails every call of its model, 2 % or more of all; usually less than 0.4
    % fail. At least 3600 calls are in the window."""
    draft.as_any(*ALL_FORMS)
    _many_pods(draft, draft.chance.choice((8, 16, 30, 50)))
    pod = draft.chance.randrange(draft.case.pods)
    draft.breaks_pod(pod, draft.model, fails=1.0, quick=draft.chance.uniform(0.05, 1))
    draft.alarm(draft.model, "errors", pod=draft.case.pod_name(pod))


# --- errors

@tree_kind
def deep_errors(draft):
    """8 to 60 % of the calls of a part two or three levels down fail, and so do all that wait for
    them, up to the root; none of those fails more by itself."""
    draft.as_any(*ALL_FORMS)
    part = draft.chance.choice((draft.leaf, draft.model))
    draft.breaks(part, fails=some_fail(draft, 0.08, 0.6))
    draft.alarm(part, "errors")


@tree_kind
def own_errors(draft):
    """8 to 60 % of the root's calls fail by themselves; its parts fail as rarely as ever."""
    draft.as_any(*ALL_FORMS)
    draft.breaks(draft.root, fails=some_fail(draft, 0.08, 0.6))
    draft.alarm(draft.root, "errors")


@tree_kind
def untimed_failures(draft):
    """15 to 60 % of the calls of a part fail, and calls that fail are not timed, so that they are
    in no count: now as on all days. What waits for the part fails with it."""
    draft.as_any(*ALL_FORMS, timed_failures=False)
    part = draft.chance.choice((draft.leaf, draft.model))
    draft.breaks(part, fails=some_fail(draft, 0.15, 0.6))
    draft.alarm(part, "errors")


@tree_kind
def untimed_outage(draft):
    """Every call of the model fails, and calls that fail are not timed: none is counted as a
    request, and all of them are counted as errors."""
    draft.as_any(*ALL_FORMS, timed_failures=False)
    draft.onset = max(draft.onset, 10 * MINUTE)
    draft.breaks(draft.model, fails=1.0)
    draft.alarm(draft.model, "errors")


@tree_kind
def child_timeouts(draft):
    """30 to 60 % of the leaf's calls take 25 to 40 times as long. Its caller waits for three
    seconds, fails, and so does all above it, from the same moment on: the errors are time-outs."""
    draft.as_any(*ALL_FORMS)
    draft.usually(draft.leaf, time=Time(draft.chance.uniform(0.35, 0.5), 0.2))
    draft.usually(draft.case.service[draft.leaf].parent, patience=3.0)
    draft.breaks(draft.leaf, slow=some_fail(draft, 0.3, 0.6), by=draft.chance.uniform(25, 40))
    draft.alarm(draft.leaf, "latency")


# --- nothing completes, or less

@tree_kind
def hung_model(draft):
    """For ten minutes or more the model has taken calls and finished none. Its callers wait. Calls
    that run and wait are counted, and pile up; nothing completes, where hundreds usually do in a
    window."""
    _hang(draft)


def _hang(draft):
    draft.as_any(*ALL_FORMS)
    draft.form(draft.model, waits=True)
    draft.onset = max(draft.onset, 10 * MINUTE)
    draft.breaks(draft.model, stuck=1.0)
    draft.alarm(draft.model, {"traffic", "saturation"})


@tree_kind
def hung_and_given_up(draft):
    """The same, and its callers give up after 5 to 20 seconds and fail, all of them. They fail
    because the model hangs."""
    _hang(draft)
    draft.usually(draft.case.service[draft.model].parent, patience=draft.chance.uniform(5, 20))


@tree_kind
def calls_fall(draft):
    """The second of two root stages is usually called once per question, and now for 5 to 35 % of
    them: most questions end without an answer, nothing fails, and whatever runs is as quick as
    ever."""
    draft.as_any(*ALL_FORMS)
    draft.two_roots()
    draft.breaks("generation", calls=draft.chance.uniform(0.05, 0.35))
    draft.alarm({"generation", draft.model}, {"calls", "traffic"})


@tree_kind
def part_bypassed(draft):
    """The leaf is called for 5 to 35 % of what it usually is, since its caller works around it, and
    takes three to five times as long with that as it took with the leaf: the caller is slow by
    itself, and the sentence has to say that the leaf is called less."""
    draft.as_any(CLASSIC, MEAN, QUANTILES, NATIVE)
    draft.asked(300)
    draft.onset = max(draft.onset, 12 * MINUTE)
    tree = draft.case.service
    parent = tree[draft.leaf].parent
    usual = sum(stage.time.median for stage in (tree[parent], *tree.parts(parent)))
    own = Time(usual * draft.chance.uniform(3, 5), 0.25)
    calls = draft.chance.uniform(0.05, 0.35)
    draft.since_onset(lambda tree: tree.change(draft.leaf, calls=calls).change(parent, time=own))
    draft.alarm(parent, "latency", named=(parent, draft.leaf))


@tree_kind
def lost_child(draft):
    """The leaf takes 4 to 6 times as long, and has not been exported since. It is most of what its
    parent does, so that the parent is at least 1.8 times as slow: that is known, and that the
    leaf's data are missing since."""
    draft.as_any(*ALL_FORMS)
    draft.asked(300)
    draft.onset = max(draft.onset, 12 * MINUTE)
    draft.usually(draft.leaf, time=Time(draft.chance.uniform(0.5, 0.9), 0.2))
    by = draft.factor(4, 6)
    draft.since_onset(lambda tree: tree.slower(**{draft.leaf: by}), lost=frozenset({draft.leaf}))
    parent = draft.case.service[draft.leaf].parent
    draft.alarm({parent, draft.leaf}, named=(parent, draft.leaf))


@tree_kind
def all_parts_slow(draft):
    """The node is throttled: every stage, and each has work of its own, takes 2.5 to 4 times as
    long by itself, in forms that tell each one's own time. No name of a stage says that; the
    sentence has to."""
    draft.as_any(CLASSIC, MEAN, NATIVE)
    draft.asked(300)
    by = draft.factor(2.5, 4)
    names = [stage.name for stage in draft.case.service.stages]
    for name in names:
        draft.usually(name, time=Time(draft.chance.uniform(0.15, 0.6), 0.25))
    draft.since_onset(lambda tree: tree.slower(**{name: by for name in names}))
    draft.alarm(signals="latency", named=("Everything",))


@tree_kind
def both_fail(draft):
    """What both roots need fails, so that a tenth to a third of the calls of each do, and no part of
    them does: the sentence has to say that it is all of them."""
    draft.as_any(*COUNTED)
    draft.two_roots()
    share = draft.chance.uniform(0.1, 0.3)
    draft.asked(600)
    draft.since_onset(lambda tree: tree.change("retrieval", fails=share)
                      .change("generation", fails=share))
    draft.alarm(signals="errors", named=("Everything",))


@tree_kind
def scaled_down_and_slow(draft):
    """Somebody scaled three or four pods down to one, which has all their traffic, and a part takes
    2.5 to 4 times as long for that: as many requests as ever are load here."""
    draft.as_any(*COUNTED)
    case = draft.case
    draft.on_pods(draft.chance.choice((3, 4)))
    draft.onset = max(draft.onset, 12 * MINUTE)
    draft.since_onset(scraped=False, pods=frozenset(range(1, case.pods)))
    draft.since_onset(load=case.pods)
    part = slow_part(draft, 2.5, 4)
    draft.alarm(part, "latency", named=("1 target left",))


@tree_kind
def pods_gone(draft):
    """One of two pods, or two of three or four, do not answer any more, and are still targets:
    nobody scaled them down. The others have their traffic and are no slower, yet. One may call it
    an alarm or not; but the sentence has to say something of pods."""
    draft.as_any(CLASSIC, MEAN, QUANTILES)
    case = draft.case
    draft.on_pods(draft.chance.choice((2, 3, 4)))
    gone = frozenset(range(max(1, case.pods // 2 + (case.pods == 3))))
    draft.onset = max(draft.onset, 8 * MINUTE)
    draft.since_onset(up=False, pods=gone)
    draft.since_onset(load=case.pods / (case.pods - len(gone)))
    draft.told("pods")


@tree_kind
def target_gone(draft):
    """The only target does not answer any more, and is still one: there are no numbers, and the
    sentence has to say whose fault that is."""
    draft.as_any(*COUNTED)
    draft.on_pods(1)
    draft.onset = max(draft.onset, 8 * MINUTE)
    draft.since_onset(up=False)
    draft.unknown("no_data", named=("target", "up"))


@tree_kind
def replicas_short(draft):
    """One or two of three to five pods are gone with their targets, and kube-state-metrics says that
    they should be there: nobody scaled them down, and no rollout is under way. The others have
    their traffic and are no slower, yet."""
    draft.as_any(*COUNTED)
    case = draft.case
    draft.on_pods(draft.chance.choice((3, 4, 5)))
    lost = draft.chance.choice((1, 2))
    draft.onset = max(draft.onset, 8 * MINUTE)
    draft.since_onset(scraped=False, pods=frozenset(range(lost)))
    draft.since_onset(load=case.pods / (case.pods - lost))
    draft.replicas((-draft.onset, case.pods, case.pods - lost, 1))
    draft.told("pods", "agent")


@tree_kind
def empty_index(draft):
    """The leaf answers in a twelfth to a thirtieth of its usual time, since there is nothing in it,
    and the model in a third, as it has nothing to read. No error is counted. Nobody can be sure
    that it is no improvement; but nobody may say that all is as usual and not name it. (An
    expression does not tell: its P95 is no lower than its first bucket leaves open.)"""
    draft.as_any(*MEANS, QUANTILES)
    by = 1 / draft.chance.uniform(12, 30)
    draft.since_onset(lambda tree: tree.slower(**{draft.leaf: by, "llm": 0.33}))
    draft.told(draft.leaf)


# --- history

@tree_kind
def young_service(draft):
    """The service is 35 to 70 minutes old. For the first 25 or more all was as it should be, and
    for the last eight or more it has taken 4 to 8 times as long."""
    draft.on_few_pods()
    draft.as_any(*ALL_FORMS)
    draft.onset = draft.chance.randint(8, 15) * MINUTE
    draft.case.known_for = draft.onset + draft.chance.randint(27, 55) * MINUTE
    slow_part(draft, 4, 8)


@tree_kind
def young_and_failing(draft):
    """The service is 35 to 70 minutes old. For the first 25 or more all was as it should be, and for
    the last eight to 30 a fifth to a half of the leaf's calls have failed."""
    draft.on_few_pods()
    draft.as_any(*COUNTED)
    draft.asked(300)
    draft.onset = draft.chance.randint(8, 30) * MINUTE
    draft.case.known_for = draft.onset + draft.chance.randint(27, 40) * MINUTE
    draft.breaks(draft.leaf, fails=draft.chance.uniform(0.2, 0.5))
    draft.alarm(draft.leaf, "errors")


@tree_kind
def days_drift(draft):
    """Every day the leaf or the model takes 27 to 40 % more than the day before, for a week: now
    2.6 times or more what it took on the day in the middle, and 5 times what it took a week ago.
    One may call it an alarm or not; but nobody may say that all is as usual and not name it."""
    draft.on_few_pods()
    draft.as_any(CLASSIC, MEAN)
    draft.case.weeks, draft.case.days = 1, 7
    part = draft.chance.choice((draft.leaf, draft.model))
    daily = draft.chance.uniform(1.27, 1.4)
    for day in range(8):
        begin, end = -day * DAY - 9 * HOUR, -day * DAY + 2 * HOUR if day else EVER
        draft.past(begin, end, lambda tree, by=daily ** (7 - day): tree.slower(**{part: by}))
    draft.told(part)


@tree_kind
def late_and_slow(draft):
    """A part has been 2.5 to 6 times as slow for twelve minutes or more, and samples arrive two to
    four minutes late: the newest that there are say it."""
    draft.as_any(*ALL_FORMS)
    draft.onset = max(draft.onset, 12 * MINUTE)
    draft.past(-draft.chance.uniform(130, 230), EVER, scraped=False)
    slow_part(draft)


# --- sums that look like sums

@tree_kind
def falling_sums(draft):
    """As broken_sums, and the sum is only that of the calls since the last scrape: it rises and
    falls, and its rate is about half of what it should be, now as on all days. The buckets, whose
    bounds have never changed, tell that the part is 3.5 to 6 times as slow."""
    draft.exported(FALLING_SUM)
    slow_part(draft, 3.5, 6)
