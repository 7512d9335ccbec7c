"""Kinds in which two things are wrong with a service of any stages, or one is and something else
goes on besides; drafted as those of tree_faults.py are."""

from dataclasses import replace

from draft import tree_kind
from story import EVER, MINUTE
from tree import ALL_FORMS
from tree_faults import cache_collapse, slow_part, some_fail


# --- two faults, which have nothing to do with each other

@tree_kind
def slow_and_failing(draft):
    """The leaf is 5 to 8 times as slow, which is critical, and 25 to 50 % of the model's calls
    fail, which is, too. The one has nothing to do with the other: errors go first, and both are
    named."""
    draft.as_any(*ALL_FORMS)
    by, share = draft.factor(5, 8), some_fail(draft, 0.25, 0.5)
    draft.since_onset(lambda tree: tree.slower(**{draft.leaf: by}).change("llm", fails=share))
    draft.alarm(draft.model, "errors", named=(draft.model, draft.leaf))


@tree_kind
def both_slow(draft):
    """The leaf and the model are slow at once, in two branches, and the seconds that they add to a
    question are 0.8 to 1.25 times each other's: neither alone is the fault, and both are named."""
    draft.as_any(*ALL_FORMS)
    tree, chance = draft.case.service, draft.chance
    draft.usually(draft.leaf, time=replace(tree["llm"].time, sigma=chance.uniform(0.15, 0.4)))
    by = draft.factor(3, 6)
    other = 1 + (by - 1) * chance.uniform(0.8, 1.25)
    draft.since_onset(lambda tree: tree.slower(**{draft.leaf: by, "llm": other}))
    draft.alarm({draft.leaf, draft.model}, "latency", named=(draft.leaf, draft.model))


@tree_kind
def both_fail(draft):
    """10 to 20 % of the leaf's calls and 25 to 40 % of the model's fail, for reasons of their own:
    either is right to name first, or the root that fails because of both, and both are named."""
    draft.as_any(*ALL_FORMS)
    first, second = some_fail(draft, 0.1, 0.2), draft.chance.uniform(0.25, 0.4)
    draft.since_onset(lambda tree: tree.change(draft.leaf, fails=first).change("llm", fails=second))
    draft.alarm({draft.leaf, draft.model, draft.root}, "errors", named=(draft.leaf, draft.model))


@tree_kind
def hung_beside_slow(draft):
    """The model ends no call, and the leaf is 4 to 6 times as slow, in another root stage, which
    goes on. That nothing completes is the worse, and both are named."""
    draft.as_any(*ALL_FORMS)
    draft.two_roots()
    draft.form(draft.model, waits=True)
    draft.onset = max(draft.onset, 10 * MINUTE)
    by = draft.factor(4, 6)
    draft.since_onset(
        lambda tree: tree.slower(**{draft.leaf: by}).change("llm", stuck=1.0))
    draft.alarm(draft.model, {"traffic", "saturation"}, named=(draft.model, draft.leaf))


@tree_kind
def failing_and_slow(draft):
    """25 to 50 % of the leaf's calls fail, and the model, which is in another branch, is 5 to 8
    times as slow for the questions that get there. Both are critical: errors go first, and both
    are named."""
    draft.as_any(*ALL_FORMS)
    draft.two_roots()
    share, by = some_fail(draft, 0.25, 0.5), draft.factor(5, 8)
    draft.since_onset(lambda tree: tree.slower(llm=by).change(draft.leaf, fails=share))
    draft.alarm(draft.leaf, "errors", named=(draft.leaf, draft.model))


@tree_kind
def hung_beside_failing(draft):
    """The model ends no call, and 25 to 50 % of the leaf's calls fail, in another root stage. That
    nothing completes is the worse, and both are named."""
    draft.as_any(*ALL_FORMS)
    draft.two_roots()
    draft.form(draft.model, waits=True)
    draft.onset = max(draft.onset, 10 * MINUTE)
    share = some_fail(draft, 0.25, 0.5)
    draft.since_onset(
        lambda tree: tree.change(draft.leaf, fails=share).change("llm", stuck=1.0))
    draft.alarm(draft.model, {"traffic", "saturation"}, named=(draft.model, draft.leaf))


@tree_kind
def collapse_and_failing(draft):
    """As cache_collapse, and 25 to 50 % of the model's calls fail for a reason of their own: both
    are named, and either may be the first."""
    cache_collapse(draft)
    share = draft.chance.uniform(0.25, 0.5)
    draft.breaks(draft.model, fails=share)
    draft.alarm({draft.leaf, draft.model}, {"latency", "errors"}, named=(draft.leaf, draft.model))


# --- a fault, and something else

@tree_kind
def slow_in_surge(draft):
    """Twice to four times the usual questions, and a part cannot stand it: it is 2.5 to 6 times as
    slow, and the others are as quick as ever."""
    draft.as_any(*ALL_FORMS)
    draft.case.rate = min(draft.case.rate, 25 * draft.case.pods)
    draft.since_onset(load=draft.chance.uniform(2, 4))
    slow_part(draft)


@tree_kind
def slow_after_rollout(draft):
    """New pods came at the onset, with counters from zero, and a part of them is 2.5 to 6 times as
    slow."""
    draft.as_any(*ALL_FORMS)
    draft.onset = max(draft.onset, 10 * MINUTE)
    draft.rollout(draft.onset)
    slow_part(draft)


@tree_kind
def one_slow_pod(draft):
    """One of three to five pods has a part that is 5 to 8 times as slow: a fifth of the calls or
    more, so that the P95 of all is that of the slow pod, and the mean 1.8 times the usual."""
    draft.on_pods(draft.chance.randint(3, 5))
    draft.as_any(*ALL_FORMS)
    draft.asked(300)
    part, pod = draft.chance.choice((draft.leaf, draft.model)), draft.chance.randrange(3)
    by = draft.factor(5, 8)
    draft.since_onset(lambda tree: tree.slower(**{part: by}), pods=frozenset({pod}))
    draft.alarm(part, "latency", pod=draft.case.pod_name(pod))


@tree_kind
def replica_and_slow(draft):
    """A second Prometheus of a pair has written the same samples since the onset, so that there
    seem to be twice as many questions; and a part is 2.5 to 6 times as slow, which is not for
    them."""
    draft.as_any(*ALL_FORMS)
    draft.case.doubled_for = draft.onset
    slow_part(draft)


@tree_kind
def late_and_failing(draft):
    """15 to 60 % of a part's calls have failed for twelve minutes or more, and samples arrive two
    to four minutes late."""
    draft.as_any(*ALL_FORMS)
    draft.onset = max(draft.onset, 12 * MINUTE)
    draft.past(-draft.chance.uniform(130, 230), EVER, scraped=False)
    part = draft.chance.choice((draft.leaf, draft.model))
    draft.breaks(part, fails=some_fail(draft, 0.15, 0.6))
    draft.alarm(part, "errors")


@tree_kind
def young_and_failing(draft):
    """The service is 35 to 70 minutes old, and 15 to 60 % of a part's calls have failed for the
    last eight or more; next to none did in the 25 minutes before."""
    draft.on_few_pods()
    draft.as_any(*ALL_FORMS)
    draft.onset = draft.chance.randint(8, 15) * MINUTE
    draft.case.known_for = draft.onset + draft.chance.randint(27, 55) * MINUTE
    part = draft.chance.choice((draft.leaf, draft.model))
    draft.breaks(part, fails=some_fail(draft, 0.15, 0.6))
    draft.alarm(part, "errors")
