"""Kinds in which something is wrong, and its place can be known from the metrics."""

from dataclasses import replace

from draft import kind
from service import LAYOUTS, Time
from story import DAY, HOUR, MINUTE

RETRIEVAL, DB, GENERATION, TOOL_CALL = "retrieval", "vector_db", "generation", "tool_call"


# --- one stage is slow

@kind
def pool_leak(draft):
    """Connections leak, and queries wait for one. The wait is part of the database's time, is at
    least 1.5 times its usual time in the mean, and is all that retrieval's rise consists of."""
    _leak(draft)
    draft.alarm(DB, "latency")


def _leak(draft):
    wait = draft.case.service.query.mean * draft.chance.uniform(1.5, 6)
    draft.since_onset(lambda service: replace(service, waiting=wait, pool_least=1.0))


@kind
def slow_db(draft):
    """The database's server is slow and its pool is not full: every query takes 2.5 to 6 times as
    long, and nothing else takes longer."""
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(query=by))
    draft.alarm(DB, "latency")


@kind
def slow_shard(draft):
    """One shard of several is slow: 12 to 25 % of the queries take 5 to 9 times as long. The median
    does not move and the mean little, and the slowest twentieth are all queries of that shard."""
    share, by = draft.chance.uniform(0.12, 0.25), draft.chance.uniform(5, 9)
    draft.case.service = replace(draft.case.service, searches=1)
    draft.since_onset(lambda service: replace(service, shard_share=share, shard_factor=by))
    draft.alarm(DB, "latency")


@kind
def slow_model(draft):
    """Every generation takes 2.5 to 6 times as long; retrieval is as ever."""
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(generation=by))
    draft.alarm(GENERATION, "latency")


@kind
def long_prompts(draft):
    """A fifth to half of the prompts are longer, and take the model 4 to 8 times as long. The rate
    is as ever. The slowest twentieth is thus all of long prompts: P95 rises about as much."""
    share, by = draft.chance.uniform(0.2, 0.5), draft.chance.uniform(4, 8)
    draft.since_onset(lambda service: replace(service, long_share=share, long_factor=by))
    draft.alarm(GENERATION, "latency")


@kind
def somewhat_slow(draft):
    """Every query or generation takes 1.7 to 2.2 times as long: less than in other kinds, more than
    usual differences by far, and just as long in the mean, which no bucket blurs."""
    what = draft.chance.choice(("query", "generation"))
    by = draft.chance.uniform(1.7, 2.2)
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def slow_scrape(draft):
    """As slow_db or slow_model, and scraped every two minutes, now and in all days before: a window
    of five minutes would hold two samples. It lasts for a quarter of an hour or longer."""
    draft.case.interval = 120
    draft.onset = max(draft.onset, 15 * MINUTE)
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def slow_rerank(draft):
    """Reranking adds one and a half to four times the usual time of a retrieval; queries of the
    database take as long as ever, so that none of the rise is the database's."""
    service = draft.case.service
    by = 1 + (draft.chance.uniform(1.5, 4) * service.retrieval_seconds / service.reranking.mean)
    draft.since_onset(lambda service: service.slower(reranking=by))
    draft.alarm(RETRIEVAL, "latency")


@kind
def slow_drift(draft):
    """The database or the model gets slower over four to six and a half hours, to 2.5 to 4 times
    the usual. At the same hour of all days before, everything was as ever."""
    what = draft.chance.choice(("query", "generation"))
    rise = draft.factor(2.5, 4) - 1
    draft.ramp(draft.chance.uniform(4, 6.5), 10,
               lambda service, share: service.slower(**{what: 1 + rise * share}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def one_pod(draft):
    """One pod of three is slow, 4 to 8 times, in its database or its model. A third of all requests
    is far more than a twentieth, so that the service's P95 is that of the slow pod."""
    case = draft.case
    case.pods = 3
    pod = draft.chance.randrange(3)
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor(4, 8)
    draft.since_onset(lambda service: service.slower(**{what: by}), pods=frozenset({pod}))
    draft.alarm(DB if what == "query" else GENERATION, "latency", pod=case.pod_name(pod))


@kind
def beyond_buckets(draft):
    """A fifth to three fifths of the queries hang for 12 to 30 seconds, and the last bucket ends at
    10: nobody can know how slow, but everybody that it is far beyond the usual, which is < 4 s."""
    draft.case.layout = LAYOUTS["prometheus_client"]
    share = draft.chance.uniform(0.2, 0.6)
    draft.since_onset(lambda service: replace(service, hang_share=share))
    draft.alarm(DB, "latency")


@kind
def summaries(draft):
    """The database is slow, and latencies are summaries without quantiles, as in the article: only
    means are known, and they rise as the times do. At least one question a second makes the means
    of five minutes firm."""
    draft.case.layout = None
    draft.case.rate = max(draft.case.rate, 1)
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(query=by))
    draft.alarm(DB, "latency")


@kind
def small_hours(draft):
    """Few questions, 30 to 60 in the window, and queries or generations 4 to 8 times as long: of so
    many, two are usually slower than the usual P95, and now nearly all are."""
    draft.case.rate = draft.chance.uniform(30, 60) / 300
    draft.case.pods = 1
    draft.onset = max(draft.onset, 10 * MINUTE)
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor(4, 8)
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


# --- more than one thing is slow

@kind
def two_faults(draft):
    """The database and the model are slow at once, each at least doubled, and the seconds that they
    add to a question are 0.6 to 1.7 times each other's: neither alone is the fault."""
    chance, case = draft.chance, draft.case
    query = case.service.query_seconds * case.service.searches
    case.service = replace(
        case.service, generation=Time(query * chance.uniform(0.7, 1.4), chance.uniform(0.15, 0.4)))
    slower_db = draft.factor(2.5, 5)
    added = (slower_db - 1) * query * chance.uniform(0.7, 1.4)
    slower_model = max(2.2, 1 + added / case.service.generation.mean)
    draft.since_onset(lambda service: service.slower(query=slower_db, generation=slower_model))
    draft.alarm({DB, GENERATION}, "latency", also=(DB, GENERATION))


@kind
def all_slow(draft):
    """The node is throttled: all work takes 2.2 to 4 times as long. That every stage is slow is the
    finding, so that any name, and none, is right."""
    by = draft.factor(2.2, 4)
    draft.since_onset(lambda service: service.slower(
        embedding=by, query=by, reranking=by, generation=by))
    draft.alarm(signals="latency")


@kind
def overload(draft):
    """Two and a half to four times the traffic of this hour, and one stage, the database or the
    model, cannot stand it: its times are multiplied by 2.5 to 5. The other one stands it."""
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor(2.5, 5)
    draft.since_onset(lambda service: service.slower(**{what: by}),
                      load=draft.chance.uniform(2.5, 4))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def agent_loop(draft):
    """Five times as many queries of the database per retrieval, each as fast as ever. Retrievals
    take several times as long. To say that retrieval is slow is right, and so is to say that the
    database is called too often."""
    draft.since_onset(lambda service: replace(service, searches=5 * service.searches))
    draft.alarm({RETRIEVAL, DB}, {"latency", "calls"})


# --- errors

@kind
def retrieval_errors(draft):
    """8 to 60 % of the retrievals fail, usually less than 0.5 %; at least 240 are in the window."""
    share = draft.log_uniform(0.08, 0.6)
    draft.since_onset(lambda service: service.failing(retrieval=share))
    draft.alarm(RETRIEVAL, "errors")


@kind
def generation_errors(draft):
    """8 to 60 % of the generations fail, usually less than 0.6 %; at least 240 are in the window.
    """
    share = draft.log_uniform(0.08, 0.6)
    draft.since_onset(lambda service: service.failing(generation=share))
    draft.alarm(GENERATION, "errors")


@kind
def errors_at_night(draft):
    """25 to 60 requests in the window, of which 35 to 70 % fail; usually less than 0.6 %."""
    draft.case.rate = draft.chance.uniform(30, 60) / 300
    draft.case.pods = 1
    draft.onset = max(draft.onset, 10 * MINUTE)
    stage = draft.chance.choice((RETRIEVAL, GENERATION))
    share = draft.chance.uniform(0.35, 0.7)
    draft.since_onset(lambda service: service.failing(**{stage: share}))
    draft.alarm(stage, "errors")


@kind
def more_errors(draft):
    """Two to four percent of a stage fail on all days, and now 10 to 16 % more: usual errors are no
    excuse. At least 600 requests are in the window."""
    stage = draft.chance.choice((RETRIEVAL, GENERATION))
    more = draft.chance.uniform(0.10, 0.16)
    draft.case.rate = max(draft.case.rate, 2)
    draft.case.service = draft.case.service.erring(**{stage: draft.chance.uniform(0.02, 0.04)})
    draft.since_onset(lambda service: service.failing(**{stage: more}))
    draft.alarm(stage, "errors")


@kind
def one_pod_fails(draft):
    """One pod of three fails 40 to 90 % of its retrievals or generations, a seventh or more of all.
    """
    draft.case.pods = 3
    pod = draft.chance.randrange(3)
    stage = draft.chance.choice((RETRIEVAL, GENERATION))
    share = draft.chance.uniform(0.4, 0.9)
    draft.since_onset(lambda service: service.failing(**{stage: share}), pods=frozenset({pod}))
    draft.alarm(stage, "errors", pod=draft.case.pod_name(pod))


@kind
def errors_and_slow(draft):
    """Two faults that have nothing to do with each other: 15 to 50 % of the retrievals fail, and
    the model is 3 to 6 times as slow. Either is right to name."""
    share, by = draft.chance.uniform(0.15, 0.5), draft.factor(3, 6)
    draft.since_onset(lambda service: service.slower(generation=by).failing(retrieval=share))
    draft.alarm({RETRIEVAL, GENERATION}, {"errors", "latency"})


@kind
def first_errors(draft):
    """Retrievals or generations begin to fail, and their counter has no series before its first
    error: there is no history of it but that there were requests, and thus no errors."""
    stage = draft.chance.choice((RETRIEVAL, GENERATION))
    share = draft.log_uniform(0.08, 0.4)
    draft.case.born_late = True
    draft.case.service = replace(draft.case.service, errors={})
    draft.since_onset(lambda service: service.failing(**{stage: share}))
    draft.alarm(stage, "errors")


@kind
def fast_failures(draft):
    """40 to 90 % fail at once, in a twentieth to a fifth of the usual time: latency falls, which is
    no improvement. The stage that fails is at fault, by its errors."""
    stage = draft.chance.choice((RETRIEVAL, GENERATION))
    share, quick = draft.chance.uniform(0.4, 0.9), draft.chance.uniform(0.05, 0.2)
    draft.since_onset(
        lambda service: replace(service.failing(**{stage: share}), failed_factor=quick))
    draft.alarm(stage, "errors")


@kind
def total_failure(draft):
    """Every retrieval fails at once, so that nothing comes after it: no queries, no generation, no
    tools. They have no traffic because retrieval fails."""
    quick = draft.chance.uniform(0.05, 0.3)
    draft.since_onset(
        lambda service: replace(service.failing(retrieval=1.0), failed_factor=quick))
    draft.alarm(RETRIEVAL, "errors")


@kind
def timeouts(draft):
    """15 to 50 % of the queries hang for five to six seconds, and then the retrieval fails. It is
    slow because of the database and it fails: each of the two is right to say."""
    share = draft.chance.uniform(0.15, 0.5)
    draft.since_onset(lambda service: replace(service, hang_share=share, hang_seconds=(5, 6),
                                               hang_fails=True))
    draft.alarm({RETRIEVAL, DB}, {"latency", "errors"})


@kind
def tool_errors(draft):
    """15 to 60 % of the tool calls fail, usually less than 1 %. At least 60 calls are in the
    window. The counter does not tell tools apart, so that no tool can be named."""
    share = draft.chance.uniform(0.15, 0.6)
    case = draft.case
    calls = sum(case.service.tools.values())
    case.rate = max(case.rate, 80 / 300 / calls)
    draft.since_onset(lambda service: service.failing(tool_call=share))
    draft.alarm(TOOL_CALL, "errors")


# --- calls and connections

@kind
def tool_storm(draft):
    """One tool is called 6 to 20 times as often per question; at least 12 calls were usual in a
    window, and at least 72 are made now."""
    chance, case = draft.chance, draft.case
    tool = chance.choice(sorted(case.service.tools))
    usual = case.service.tools[tool]
    case.rate = max(case.rate, 12 / 300 / usual)
    by = draft.factor(6, 20)
    draft.since_onset(lambda service: service.calling(**{tool: by * usual}))
    draft.alarm(f"tool:{tool}", "calls")


@kind
def rare_tool_storm(draft):
    """A tool that 3 to 20 of a thousand questions call, so that many windows of the past have no
    call of it, is now called once to four times per question: known, and never so."""
    case, chance = draft.case, draft.chance
    case.rate = max(case.rate, 1.5)
    tool, calls = chance.choice(sorted(case.service.tools)), chance.uniform(1, 4)
    case.service = case.service.calling(**{tool: chance.uniform(0.003, 0.02)})
    draft.since_onset(lambda service: service.calling(**{tool: calls}))
    draft.alarm(f"tool:{tool}", "calls")


@kind
def storm_in_surge(draft):
    """Twice to thrice the traffic, and one tool is called 6 to 15 times as often per question: the
    tool is at fault, not the traffic, of which every other tool has its share as ever."""
    tool_storm(draft)
    draft.since_onset(load=draft.chance.uniform(2, 3))


@kind
def pool_filling(draft):
    """Connections leak and 94 to 99 % of the pool is handed out, usually less than 30 %, but no
    query waits yet: the next thing to happen is an outage, and no latency tells of it."""
    full = draft.chance.uniform(0.94, 0.99)
    draft.case.service = replace(draft.case.service, pool_size=100)
    draft.since_onset(lambda service: replace(service, pool_least=full))
    draft.alarm(DB, "saturation")


# --- with little or odd history

@kind
def fault_on_day_one(draft):
    """The database or the model is slow, 2.5 to 6 times, for at most forty minutes, and nothing is
    known from before yesterday: the hours before are as ever."""
    draft.only_a_day_known()
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def fault_after_new_layout(draft):
    """The buckets were changed between two hours and a day and a half ago; now the database or the
    model takes 3 to 6 times as long. The sums and counts of both layouts are as exact as ever."""
    relayout(draft)
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor(3, 6)
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


def relayout(draft):
    new = draft.case.layout
    draft.case.layout = draft.other_layout()
    draft.rollout(draft.chance.uniform(2 * HOUR, 1.5 * DAY), layout=new)


@kind
def fault_after_outage(draft):
    """The database or the model is slow, 2.5 to 6 times. Both were so yesterday and a week ago at
    this time of day; five of seven days were well, and they are what is usual. The same weekday
    is known for one, two or four weeks, of which all but the last were well."""
    draft.old_outage()
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def fault_after_weekend(draft):
    """As slow_db or slow_model, and on two of the seven days nobody asked anything."""
    for day in (draft.chance.randint(2, 3), draft.chance.randint(5, 6)):
        draft.past(-day * DAY - 2 * HOUR, -day * DAY + 2 * HOUR, load=0)
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")


@kind
def fault_after_rollout(draft):
    """A new version came out at the onset, with new pods and counters from zero, and its queries or
    its prompts take 2.5 to 6 times as long."""
    draft.onset = max(draft.onset, 10 * MINUTE)
    draft.rollout(draft.onset)
    what = draft.chance.choice(("query", "generation"))
    by = draft.factor()
    draft.since_onset(lambda service: service.slower(**{what: by}))
    draft.alarm(DB if what == "query" else GENERATION, "latency")
