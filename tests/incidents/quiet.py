"""Kinds in which all is well, and kinds in which nothing can be known."""

from dataclasses import replace

from draft import kind
from faults import relayout
from service import Time
from story import DAY, EVER, HOUR, MINUTE


# --- all is well

@kind
def calm(draft):
    """Nothing happens."""
    draft.quiet()


@kind
def quiet_night(draft):
    """3 to 15 questions in the window, as in every night. So few have a P95 that is anything; that
    no single one of them is slow cannot be asked for. Now and then there is none at all."""
    draft.case.rate = draft.chance.uniform(3, 15) / 300
    draft.case.pods = draft.chance.randint(1, 2)
    draft.quiet({"ok", "too_few", "no_traffic"})


@kind
def lone_error(draft):
    """10 to 30 questions in the window, at night, and exactly one of them fails, as one does now
    and then: 1 to 3 % do on all days, which is none in most windows and one or two in others."""
    draft.case.rate = draft.chance.uniform(10, 30) / 300
    draft.case.pods = 1
    stage = draft.chance.choice(("retrieval", "generation"))
    draft.case.service = draft.case.service.erring(**{stage: draft.chance.uniform(0.01, 0.03)})
    draft.past(-6 * MINUTE, EVER, lambda service: replace(service, errors={}))
    draft.case.lone_error = (-draft.chance.uniform(1.5, 4) * MINUTE, stage)
    draft.quiet()


@kind
def daily_rush(draft):
    """Every day at this hour there are two to four times as many questions and everything takes 1.5
    to 3 times as long; so also today, when it began after the usual hours before."""
    by, load = draft.chance.uniform(1.5, 3), draft.chance.uniform(2, 4)
    for day in range(8):
        draft.past(-day * DAY - 80 * MINUTE, -day * DAY + 60 * MINUTE,
                   lambda service: service.slower(query=by, generation=by), load=load)
    draft.quiet()


@kind
def weekly_rush(draft):
    """The rush of every Wednesday, in each of the last two or four weeks and today, and on no other
    day: it is what this hour of this weekday is like."""
    by, load = draft.chance.uniform(2, 3), draft.chance.uniform(2, 4)
    draft.case.weeks = draft.chance.choice((2, 4))
    for week in range(5):
        draft.past(-7 * week * DAY - 80 * MINUTE, -7 * week * DAY + 60 * MINUTE,
                   lambda service: service.slower(query=by, generation=by), load=load)
    draft.quiet()


@kind
def restart(draft):
    """The pods were restarted 6 to 40 minutes ago: counters begin at zero, and nothing is slow."""
    draft.rollout(draft.onset, new_pods=draft.chance.random() < 0.5)
    draft.quiet()


@kind
def restarts(draft):
    """Two restarts within the last ten minutes, one of them within the window: rates bear it."""
    draft.rollout(draft.chance.uniform(6, 10) * MINUTE, new_pods=False)
    draft.rollout(draft.chance.uniform(1.5, 4) * MINUTE, new_pods=False)
    draft.quiet()


@kind
def surge(draft):
    """Three to five times the traffic, and nobody waits longer for it."""
    draft.since_onset(load=draft.chance.uniform(3, 5))
    draft.quiet()


@kind
def drop(draft):
    """A fifth to two fifths of the usual traffic, as on a holiday; who asks is served as ever."""
    draft.since_onset(load=draft.chance.uniform(0.2, 0.4))
    draft.quiet()


@kind
def scale_out(draft):
    """The autoscaler doubled the pods; the traffic is the same and so are the times."""
    draft.rollout(draft.onset, new_pods=False, pods=2 * draft.case.pods)
    draft.quiet()


@kind
def scrape_gap(draft):
    """Prometheus missed some minutes of samples, and caught up at least two minutes ago."""
    end = -draft.chance.uniform(2, 6) * MINUTE
    draft.past(end - draft.chance.uniform(3, 15) * MINUTE, end, scraped=False)
    draft.quiet()


@kind
def rare_tool(draft):
    """A tool that is hardly ever called is called 4 to 12 times among a few hundred questions or
    more: unusual in number, and less than one question in twenty."""
    case, chance = draft.case, draft.chance
    tool = chance.choice(sorted(case.service.tools))
    calls = chance.uniform(4, 12) / 300 / case.rate
    case.service = case.service.calling(**{tool: 0.0005})
    draft.since_onset(lambda service: service.calling(**{tool: calls}))
    draft.quiet()


@kind
def more_calls(draft):
    """The tools are called 1.2 to 1.4 times as often per question, all of them: other questions are
    asked today. At least 600 are in the window, so that chance does not double it."""
    draft.case.rate = max(draft.case.rate, 2)
    by = draft.chance.uniform(1.2, 1.4)
    tools = {tool: by * calls for tool, calls in draft.case.service.tools.items()}
    draft.since_onset(lambda service: service.calling(**tools))
    draft.quiet()


@kind
def never_erred(draft):
    """No error was ever counted, and so there is no series of errors at all: that is no errors."""
    draft.case.born_late = True
    draft.case.service = replace(draft.case.service, errors={})
    draft.quiet()


@kind
def usual_errors(draft):
    """3 to 12 % of the retrievals, generations and tool calls fail, as they did in all days before.
    """
    shares = [draft.chance.uniform(0.03, 0.12) for _ in range(3)]
    draft.case.service = draft.case.service.erring(
        retrieval=shares[0], generation=shares[1], tool_call=shares[2])
    draft.quiet()


@kind
def new_normal(draft):
    """Five days ago a bigger model, or more documents, made a stage 1.6 to 2.5 times as slow, and
    so it has stayed: five of seven days are like now. The same weekday is known for one, two or
    four weeks, all of them from before; who was not alarmed for five days is not alarmed now."""
    what, by = draft.chance.choice(("query", "generation")), draft.chance.uniform(1.6, 2.5)
    draft.case.weeks = draft.chance.choice((1, 2, 4))
    draft.past(-5.5 * DAY, EVER, lambda service: service.slower(**{what: by}))
    draft.quiet()


@kind
def old_outage(draft):
    """This hour was slow yesterday and a week ago. Now it is as on the five other days, and as in
    the weeks before that where they are known."""
    draft.old_outage()
    draft.quiet()


@kind
def over_again(draft):
    """An hour of trouble that ended 12 to 30 minutes ago: the window holds none of it."""
    by = draft.factor(3, 6)
    end = -draft.chance.uniform(12, 30) * MINUTE
    draft.past(end - HOUR, end, lambda service: service.slower(query=by).failing(generation=0.1))
    draft.quiet()


@kind
def new_layout(draft):
    """The buckets were changed between two hours and a day and a half ago. The quantiles that are
    read off them change by that, and the means, which are exact, do not."""
    relayout(draft)
    draft.quiet()


@kind
def calm_on_day_one(draft):
    """Nothing happens, and nothing is known from before yesterday."""
    draft.only_a_day_known()
    draft.quiet()


@kind
def after_weekend(draft):
    """On two of the seven days nobody asked anything; now all is as on the five others."""
    for day in (draft.chance.randint(2, 3), draft.chance.randint(5, 6)):
        draft.past(-day * DAY - 2 * HOUR, -day * DAY + 2 * HOUR, load=0)
    draft.quiet()


@kind
def noisy(draft):
    """The speed varies by a quarter of an hour and every tenth query takes several times as long,
    on all days. Of the eight moods the present one is the median one of the slower stage."""
    chance, case = draft.chance, draft.case
    draft.moods(8, 0.3)
    case.service = replace(case.service, tail_share=chance.uniform(0.06, 0.12),
                           tail_factor=chance.uniform(3, 6))
    ranked = sorted(range(8), key=lambda mood: max(case.moods[mood]))
    case.mood_now = ranked[chance.randint(2, 4)]
    draft.quiet()


@kind
def noisy_summaries(draft):
    """Summaries without quantiles, and one or two of a hundred queries and generations take 4 to 8
    times as long: the means are unsteady, and have been so on all days."""
    chance, case = draft.chance, draft.case
    case.layout = None
    case.rate = max(case.rate, 1)
    case.service = replace(case.service, tail_share=chance.uniform(0.01, 0.02),
                           tail_factor=chance.uniform(4, 8))
    draft.quiet()


@kind
def slightly_slower(draft):
    """Everything takes 1.1 to 1.15 times as long: real, to be seen, and nothing to wake anybody."""
    by = draft.chance.uniform(1.1, 1.15)
    draft.since_onset(lambda service: service.slower(
        embedding=by, query=by, reranking=by, generation=by))
    draft.quiet()


@kind
def faster(draft):
    """Somebody made it faster: 0.3 to 0.7 of the usual times, and no errors more than usual."""
    by = draft.chance.uniform(0.3, 0.7)
    draft.since_onset(lambda service: service.slower(query=by, reranking=by, generation=by))
    draft.quiet()


@kind
def tiny_times(draft):
    """Queries take a millisecond or two and now 2 to 2.5 times that: too little for anybody to feel
    beside a model that takes a third of a second or more."""
    service = draft.case.service
    by = draft.chance.uniform(2, 2.5)
    tiny = Time(draft.chance.uniform(0.001, 0.002), 0.2)
    draft.case.service = replace(service, query=tiny, embedding=tiny * 0.5, reranking=tiny * 0.5,
                                 searches=1)
    draft.since_onset(lambda service: service.slower(query=by))
    draft.quiet()


# --- nothing can be known

@kind
def no_traffic(draft):
    """The pods are up and scraped, and since 8 minutes or more nobody asks."""
    draft.onset = max(draft.onset, 8 * MINUTE)
    draft.since_onset(load=0)
    draft.unknown("no_traffic")


@kind
def gone(draft):
    """The series end 12 minutes ago or earlier: the service or its scrape is gone."""
    draft.onset = max(draft.onset, 12 * MINUTE)
    draft.since_onset(scraped=False)
    draft.unknown("no_data")


@kind
def never_there(draft):
    """The pods are scraped, and none of the agent's metrics was ever among the samples."""
    draft.case.has_metrics = False
    draft.unknown("no_data")
