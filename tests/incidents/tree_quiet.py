"""Quiet twins of the kinds in tree_faults.py and tree_both.py: the same services in the same forms,
and all is well or nothing can be known. Any alarm is wrong."""

from draft import tree_kind
from service import Time
from story import DAY, EVER, HOUR, MINUTE
from tree import (ALL_FORMS, CLASSIC, COUNTER, EXPRESSION, FALLING_SUM, GAUGE, MEAN, NATIVE, NO_INF,
                  NO_SUM, ONLY_INF, PAIR, QUANTILES, ZERO_SUM)
from tree_faults import COUNTED, MEANS, _many_pods


# --- pods

@tree_kind
def scaled_down(draft):
    """Half of the pods, or more, were taken away on purpose: they are no targets any more, and
    kube-state-metrics, where there is one, has as many as are desired. The others have their traffic."""
    draft.as_any(*COUNTED)
    case = draft.case
    draft.on_pods(draft.chance.choice((2, 3, 4)))
    lost = case.pods - case.pods // 2
    draft.since_onset(scraped=False, pods=frozenset(range(lost)))
    draft.since_onset(load=case.pods / (case.pods - lost))
    if draft.chance.random() < 0.5:
        draft.replicas((-draft.onset, case.pods - lost, case.pods - lost, 2))
    draft.quiet()


@tree_kind
def rolling_update(draft):
    """Pod after pod is replaced, each of which does not answer for 30 to 100 seconds, perhaps one of
    them now. One less than desired is available all the while, as maxUnavailable allows."""
    draft.as_any(*COUNTED)
    case = draft.case
    draft.on_pods(draft.chance.choice((3, 4, 5)))
    begin = -draft.chance.randint(3, 14) * MINUTE
    step = draft.chance.randint(70, 150)
    for pod in range(case.pods):
        first = begin + pod * step
        draft.past(first, first + draft.chance.randint(30, 100), up=False, pods=frozenset({pod}))
    if draft.chance.random() < 0.6:
        end = min(0, begin + case.pods * step)
        draft.replicas((begin, case.pods, case.pods - 1, 2), (end, case.pods, case.pods, 2))
    draft.quiet()


# --- forms

@tree_kind
def calm_summaries(draft):
    """Only means are known, and they are as ever."""
    draft.as_any(MEAN, ONLY_INF, NO_INF)
    draft.quiet()


@tree_kind
def calm_quantiles(draft):
    """Quantiles of each pod, as ever; the worst of two pods wavers more than one."""
    draft.exported(QUANTILES)
    draft.quiet()


@tree_kind
def calm_broken_sums(draft):
    """The sums are of no use, as on all days, and the buckets are as ever."""
    draft.as_any(NO_SUM, ZERO_SUM, FALLING_SUM)
    draft.quiet()


@tree_kind
def spiking_gauges(draft):
    """Gauges; every ten minutes all stages take three times as long for a minute and a half or two,
    as on all days, and perhaps now."""
    draft.exported(GAUGE)
    lasts = draft.chance.choice((90, 120))
    phase = draft.chance.randint(0, 9) * MINUTE
    for begin, end, _ in draft.case.stretches():
        first = int(begin // (10 * MINUTE)) * 10 * MINUTE + phase
        for spike in range(first, int(end) + 1, 10 * MINUTE):
            draft.past(spike, spike + lasts, _thrice)
    draft.quiet()


@tree_kind
def unseen_spikes(draft):
    """The same, at a moment in the midst of a spike, while all moments that are whole multiples of
    five minutes, at which a history is asked for, lie between two of them."""
    draft.on_pods(draft.chance.randint(1, 2))
    draft.exported(GAUGE)
    draft.case.at += 150
    phase = (draft.case.at % (10 * MINUTE)) - 60
    for begin, end, _ in draft.case.stretches():
        first = (int(draft.case.at + begin) // (10 * MINUTE)) * 10 * MINUTE + phase - draft.case.at
        for spike in range(first, int(end) + 1, 10 * MINUTE):
            draft.past(spike, spike + 90, _thrice)
    draft.quiet()


def _thrice(tree):
    return tree.slower(**{stage.name: 3 for stage in tree.stages})


@tree_kind
def calm_expressions(draft):
    """A P95 by an expression, or the quotient of two counters, as ever."""
    draft.as_any(EXPRESSION, PAIR)
    draft.quiet()


@tree_kind
def calm_native(draft):
    """Native histograms, as ever."""
    draft.exported(NATIVE)
    draft.quiet()


@tree_kind
def always_beyond(draft):
    """All buckets end below half of what a part takes, now as on all days: its P95 cannot be known,
    and its mean is as ever."""
    part = draft.chance.choice((draft.leaf, draft.model))
    last = draft.case.service[part].time.median * 0.5
    draft.case.layout = tuple(float(f"{last / 2 ** k:.3g}") for k in range(5, -1, -1))
    draft.quiet()


@tree_kind
def busy_and_calm(draft):
    """30 to 100 questions a second, as ever: so many that every small difference is beyond chance.
    """
    draft.as_any(*ALL_FORMS)
    draft.asked(30 * 300)
    draft.quiet()


@tree_kind
def sparse_and_calm(draft):
    """One question every 17 to 50 seconds, as on all days."""
    draft.as_any(CLASSIC, MEAN, NATIVE)
    draft.on_pods(1)
    draft.case.rate = draft.log_uniform(0.02, 0.06)
    draft.case.before = 130 * MINUTE
    draft.well()


@tree_kind
def quiet_night(draft):
    """8 to 15 questions an hour, as on all days: too few to judge each stage, and nothing new. An
    hour without any has a chance of three in ten thousand."""
    draft.as_any(CLASSIC, MEAN)
    draft.case.rate = draft.log_uniform(8 / 3600, 15 / 3600)
    draft.on_pods(1)
    draft.case.before = 130 * MINUTE
    draft.well()


@tree_kind
def counter_is_no_latency(draft):
    """What is configured as the latency of every stage is a gauge that only grows: the seconds
    since the start, all together. It is many times what it was a week ago, and that says nothing.
    """
    draft.exported(COUNTER, errors=False)
    draft.quiet({"ok", "no_data", "too_few", "no_traffic"})


@tree_kind
def many_workers(draft):
    """Two to six processes answer on one port in turn, and each scrape meets one of them: every
    second to fourth sample is below the one before, and rates are many times what they should be.
    They have been so on all days, nothing that is computed from them can be believed, and the
    sentence says why."""
    draft.on_pods(1)
    draft.as_any(CLASSIC, MEAN, PAIR)
    draft.case.workers = draft.chance.randint(2, 6)
    draft.unknown("no_data", named=("processes",))


@tree_kind
def second_replica(draft):
    """A second Prometheus of a pair now writes the same samples beside the first one's: twice the
    traffic by the sums over all series, and the same times."""
    draft.as_any(*ALL_FORMS)
    draft.case.doubled_for = draft.onset
    draft.quiet()


# --- the shape of a distribution

@tree_kind
def usual_cache(draft):
    """A cache answers 60 to 85 % of the leaf's calls, as ever: quick ones and slow ones, and few in
    the middle."""
    draft.as_any(*MEANS)
    draft.asked(3 * 300)
    draft.usually(draft.leaf, hits=draft.chance.uniform(0.6, 0.85),
                  time=Time(draft.chance.uniform(0.3, 0.6), 0.18),
                  hit=Time(draft.chance.uniform(0.01, 0.02), 0.3))
    draft.quiet()


@tree_kind
def slow_pod_as_ever(draft):
    """One of 14 to 16 pods is 5 to 8 times as slow as the others, as on all days: it lies far away.
    """
    draft.as_any(*ALL_FORMS)
    _many_pods(draft, draft.chance.randint(14, 16))
    by = draft.factor(5, 8)
    draft.past(-60 * DAY, EVER, lambda tree: tree.slower(llm=by), pods=frozenset({0}))
    draft.quiet()


@tree_kind
def many_pods(draft):
    """8 to 50 pods, as ever; one of them has had no questions since it started."""
    draft.as_any(*ALL_FORMS)
    _many_pods(draft, draft.chance.choice((8, 16, 30, 50)))
    draft.since_onset(load=0, pods=frozenset({1}))
    draft.quiet()


@tree_kind
def scale_down(draft):
    """A third of the pods was taken away, and the others have their traffic; nothing is slower."""
    draft.as_any(*ALL_FORMS)
    draft.on_pods(3)
    draft.rollout(draft.onset, new_pods=False, pods=2)
    draft.quiet()


# --- errors

@tree_kind
def usual_deep_errors(draft):
    """3 to 8 % of the calls of a part fail on all days, and what waits for them fails with them."""
    draft.as_any(*ALL_FORMS)
    draft.usually(draft.chance.choice((draft.leaf, draft.model)),
                  fails=draft.chance.uniform(0.03, 0.08))
    draft.quiet()


@tree_kind
def usual_untimed_failures(draft):
    """The same, and calls that fail are not timed."""
    usual_deep_errors(draft)
    draft.as_any(*ALL_FORMS, timed_failures=False)


@tree_kind
def usual_timeouts(draft):
    """4 to 8 % of the leaf's calls take 25 to 40 times as long and end in a time-out of its caller,
    as on all days."""
    draft.as_any(*ALL_FORMS)
    draft.asked(3 * 300)
    draft.usually(draft.leaf, time=Time(draft.chance.uniform(0.35, 0.5), 0.2),
                  slow=draft.chance.uniform(0.06, 0.08), by=draft.chance.uniform(25, 40))
    draft.usually(draft.case.service[draft.leaf].parent, patience=3.0)
    draft.quiet()


# --- calls

@tree_kind
def idle_model(draft):
    """Nobody has asked for ten minutes or more, and nothing runs or waits."""
    draft.as_any(*ALL_FORMS)
    draft.form(draft.model, waits=True)
    draft.onset = max(draft.onset, 10 * MINUTE)
    draft.since_onset(load=0)
    draft.unknown("no_traffic")


@tree_kind
def warm_cache(draft):
    """The leaf is called for 15 to 45 % of the usual questions, as a cache before it answers the
    others; all that waits for it is quicker, and nothing fails."""
    draft.as_any(*ALL_FORMS)
    draft.breaks(draft.leaf, calls=draft.chance.uniform(0.15, 0.45))
    draft.quiet()


@tree_kind
def fewer_of_all(draft):
    """A fifth to two fifths of the usual questions, of two root stages alike."""
    draft.as_any(*ALL_FORMS)
    draft.two_roots()
    draft.since_onset(load=draft.chance.uniform(0.2, 0.4))
    draft.quiet()


@tree_kind
def child_unknown(draft):
    """The leaf is configured and was never exported; all that is known is as ever."""
    draft.as_any(*ALL_FORMS)
    draft.form(draft.leaf, exported=False)
    draft.quiet()


@tree_kind
def child_lost(draft):
    """The leaf has not been exported for twelve minutes or more; all that is known is as ever. The
    sentence says that its data are missing."""
    draft.as_any(*ALL_FORMS)
    draft.onset = max(draft.onset, 12 * MINUTE)
    draft.since_onset(lost=frozenset({draft.leaf}))
    draft.quiet({"ok", "no_data"}, named=(draft.leaf,))


# --- more than one

@tree_kind
def usual_slow_and_failing(draft):
    """3 to 8 % of the leaf's calls fail and a tenth of the model's takes 5 to 8 times as long, now
    as on all days."""
    draft.as_any(*ALL_FORMS)
    draft.asked(300)
    draft.usually(draft.leaf, fails=draft.chance.uniform(0.03, 0.08))
    draft.usually(draft.model, slow=0.1, by=draft.factor(5, 8))
    draft.quiet()


@tree_kind
def surge_of_any(draft):
    """Twice to four times the usual questions, and nobody waits longer for it."""
    draft.as_any(*ALL_FORMS)
    draft.case.rate = min(draft.case.rate, 25 * draft.case.pods)
    draft.since_onset(load=draft.chance.uniform(2, 4))
    draft.quiet()


@tree_kind
def rollout_of_any(draft):
    """New pods came at the onset, with counters from zero, and they are as good as the old ones."""
    draft.as_any(*ALL_FORMS)
    draft.onset = max(draft.onset, 10 * MINUTE)
    draft.rollout(draft.onset)
    draft.quiet()


# --- history

@tree_kind
def young_and_calm(draft):
    """The service is 35 to 70 minutes old, and nothing has happened in that time."""
    draft.on_few_pods()
    draft.as_any(*ALL_FORMS)
    draft.case.known_for = draft.chance.randint(35, 70) * MINUTE
    draft.quiet()


@tree_kind
def late_samples(draft):
    """Samples arrive two to four minutes late, and all is as ever."""
    draft.as_any(*ALL_FORMS)
    draft.past(-draft.chance.uniform(130, 230), EVER, scraped=False)
    draft.quiet({"ok", "no_data"})


@tree_kind
def nightly_batch(draft):
    """Every day at this hour a batch asks four to six times as much, and the model takes 1.5 to 2.5
    times as long, as now; it began after the hours before."""
    draft.as_any(*ALL_FORMS)
    by, load = draft.chance.uniform(1.5, 2.5), draft.chance.uniform(4, 6)
    for day in range(8):
        draft.past(-day * DAY - 80 * MINUTE, -day * DAY + HOUR,
                   lambda tree: tree.slower(llm=by), load=load)
    draft.quiet()
