#include "tape/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/index.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"
#include "http/tap.h"
#include "tape/answers_kept.h"
#include "tape/tape_file.h"
#include "tape/timeline.h"

/** What was asked at one place, again and again: a query, or anything else. */
struct asked {
    char *key; /**< the place, the path but for the form of a query, and what does not tell when */
    struct timeline timeline; /**< of a query */
    struct answers answers;   /**< its faults, or all that came of anything else */
};

static struct {
    struct recording recording;
    struct asked *items;
    size_t count, cap;
    struct index index;
    struct str body;     /**< of the last reply */
    const char *version; /**< of this program */
    struct str unasked;  /**< why there is no answer to what nobody asked */
    bool runs;
} player;

// ---- what a request is about ------------------------------------------------------------------

static const double LATEST_S = 1e11; // some three thousand years on

/** When a query is about. */
struct about {
    int64_t start_ms, end_ms, step_ms; /**< STEP_MS 0: the moment START_MS */
    bool query;
};

/** Milliseconds of TEXT, in seconds; 0 of what is no time that anybody asks about. */
static int64_t moment_of(const char *text)
{
    double seconds = strtod(text, NULL);
    return seconds >= 0 && seconds < LATEST_S ? (int64_t)(seconds * 1000 + 0.5) : 0;
}

/** Whether the parameter at P, LEN bytes, is NAME; sets *VALUE. */
static bool is_named(const char *p, size_t len, const char *name, const char **value)
{
    size_t n = strlen(name);
    *value = p + n + 1;
    return len > n && strncmp(p, name, n) == 0 && p[n] == '=';
}

/** Takes in the parameter at P where it tells when; false: it does not. */
static bool take_time(struct about *about, const char *p, size_t len)
{
    const char *value;
    if (is_named(p, len, "time", &value) || is_named(p, len, "start", &value)) {
        about->start_ms = moment_of(value);
    } else if (is_named(p, len, "end", &value)) {
        about->end_ms = moment_of(value);
    } else if (is_named(p, len, "step", &value)) {
        about->step_ms = moment_of(value);
    } else {
        return is_named(p, len, "timeout", &value) || is_named(p, len, "stats", &value);
    }
    return true;
}

static struct about about_of(const struct tap_request *request, struct str *key)
{
    struct about about = {0};
    bool range = strcmp(request->path, "/api/v1/query_range") == 0;
    about.query = range || strcmp(request->path, "/api/v1/query") == 0;
    str_addf(key, "%s %s", request->place, about.query ? "" : request->path);
    for (const char *p = request->query; p && *p;) {
        size_t len = strcspn(p, "&");
        if (!take_time(&about, p, len)) {
            str_addc(key, '&');
            str_append(key, p, len);
        }
        p += len + (p[len] == '&');
    }
    about.end_ms = range ? about.end_ms : about.start_ms;
    about.step_ms = range ? about.step_ms : 0;
    return about;
}

static bool is_key(const void *context, size_t at)
{
    return strcmp(player.items[at].key, context) == 0;
}

static struct asked *find(const char *key)
{
    uint64_t hash = index_hash(INDEX_HASH_START, key);
    size_t at = index_find(&player.index, hash, is_key, key);
    return at == INDEX_NOWHERE ? NULL : &player.items[at];
}

static struct asked *find_or_add(const char *key)
{
    struct asked *one = find(key);
    if (!one) {
        mem_grow(&player.items, player.count, &player.cap);
        index_add(&player.index, index_hash(INDEX_HASH_START, key), player.count);
        one = &player.items[player.count++];
        *one = (struct asked){.key = mem_strdup(key)};
    }
    return one;
}

// ---- loading ----------------------------------------------------------------------------------

/** Another version may have asked for the same in other words. */
static void tell_unasked(struct str *out, const char *other)
{
    struct arena a = {0};
    if (!other) {
        str_setf(out, _("this was not asked while the recording was made"));
    } else if (*other) {
        str_setf(out,
            _("ragtop %s made this recording and did not ask what %s asks here; replay it with "
              "ragtop %s"),
            plain_in(&a, other), player.version, plain_in(&a, other));
    } else {
        str_setf(out,
            _("an older ragtop made this recording and did not ask what %s asks here; replay it "
              "with the version that made it"),
            player.version);
    }
    arena_finish(&a);
}

static void take_settings(void *context, int64_t at_ms, const char *made_by, const char *text)
{
    (void)context;
    player.recording.other = strcmp(made_by, player.version) == 0 ? NULL : mem_strdup(made_by);
    tell_unasked(&player.unasked, player.recording.other);
    player.recording.settings = mem_strdup(text);
    player.recording.began_ms = player.recording.ended_ms = at_ms;
}

static void take_entry(void *context, const struct tape_entry *entry)
{
    (void)context;
    struct recording *r = &player.recording;
    struct str key;
    str_init(&key);
    struct about about = about_of(&entry->request, &key);
    struct asked *one = find_or_add(key.text);
    str_finish(&key);
    r->ended_ms = entry->at_ms > r->ended_ms ? entry->at_ms : r->ended_ms;
    r->answers++;
    const struct tap_reply *reply = &entry->reply;
    bool answered = reply->outcome == HTTP_ANSWERED && reply->status == 200;
    if (about.query && answered &&
        timeline_add(&one->timeline, reply->body, reply->body_len, about.start_ms, about.end_ms,
            about.step_ms)) {
        return;
    }
    int place = (int)answers_add(&one->answers, entry->at_ms, reply);
    if (about.query) {
        timeline_add_fault(&one->timeline, place, about.start_ms, about.end_ms, about.step_ms);
    }
}

// ---- playing ----------------------------------------------------------------------------------

static void refuse(struct tap_reply *out, long status, const char *why)
{
    str_setf(&player.body, "{\"status\":\"error\",\"errorType\":\"recording\",\"error\":");
    str_add_quoted(&player.body, why);
    str_addc(&player.body, '}');
    *out = (struct tap_reply){.outcome = HTTP_ANSWERED,
        .status = status,
        .type = "application/json",
        .why = why,
        .body = player.body.text,
        .body_len = player.body.len,
        .server_ms = clock_now_ms()};
}

static void play_query(struct asked *one, const struct about *about, struct tap_reply *out)
{
    int fault = 0;
    str_clear(&player.body);
    enum timeline_found found =
        about->step_ms > 0
            ? timeline_range(&one->timeline, about->start_ms, about->end_ms, about->step_ms,
                  &player.body, &fault)
            : timeline_instant(&one->timeline, about->start_ms, &player.body, &fault);
    switch (found) {
    case TIMELINE_KNOWN:
        *out = (struct tap_reply){.outcome = HTTP_ANSWERED,
            .status = 200,
            .type = "application/json",
            .why = "",
            .body = player.body.text,
            .body_len = player.body.len};
        break;
    case TIMELINE_FAULT: answers_get(&one->answers, (size_t)fault, out); break;
    case TIMELINE_NOTHING: refuse(out, 422, _("the recording has nothing about that time")); break;
    }
    out->server_ms = clock_now_ms();
}

static void play(const struct tap_request *request, struct tap_reply *out)
{
    struct str key;
    str_init(&key);
    struct about about = about_of(request, &key);
    struct asked *one = find(key.text);
    str_finish(&key);
    if (request->changes) {
        refuse(out, 403, _("this is a recording: nothing can be changed"));
    } else if (!one) {
        refuse(out, about.query ? 422 : 404, player.unasked.text);
    } else if (about.query) {
        play_query(one, &about, out);
    } else {
        answers_at(&one->answers, clock_now_ms(), out);
        out->server_ms = clock_now_ms();
    }
}

const struct recording *player_start(const char *path, const char *version, struct str *why)
{
    static const struct tap tap = {.play = play};
    static const struct tape_reading to = {.settings = take_settings, .entry = take_entry};
    str_init(&player.body);
    str_init(&player.unasked);
    player.version = version;
    player.recording.path = path;
    player.runs = tape_read(path, &to, &player.recording.cut, why);
    if (player.runs && player.recording.answers == 0) {
        struct arena a = {0};
        str_setf(
            why, _("--replay %s: nothing was asked while it was recorded"), plain_path(&a, path));
        arena_finish(&a);
        player.runs = false;
    }
    if (!player.runs) {
        player_stop();
        return NULL;
    }
    http_use_tap(&tap);
    return &player.recording;
}

const struct recording *player_runs(void)
{
    return player.runs ? &player.recording : NULL;
}

void player_stop(void)
{
    http_use_tap(NULL);
    for (size_t i = 0; i < player.count; i++) {
        free(player.items[i].key);
        timeline_finish(&player.items[i].timeline);
        answers_finish(&player.items[i].answers);
    }
    free(player.items);
    index_finish(&player.index);
    free(player.recording.settings);
    free(player.recording.other);
    str_finish(&player.body);
    str_finish(&player.unasked);
    memset(&player, 0, sizeof player);
}
