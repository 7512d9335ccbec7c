#include "series/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

void store_init(struct store *s, size_t count, int64_t step_ms, size_t slots)
{
    *s = (struct store){.signals = mem_zalloc(count, sizeof *s->signals), .count = count};
    for (size_t i = 0; i < STORE_SLOTS; i++) {
        s->slots[i].subject = -1;
    }
    for (size_t i = 0; i < count; i++) {
        matrix_init(&s->signals[i].live, step_ms, slots);
    }
}

static void empty(struct slot *slot)
{
    if (slot->data) {
        slot->finish(slot->data);
        free(slot->data);
        slot->data = NULL;
    }
}

void store_finish(struct store *s)
{
    for (size_t i = 0; i < s->count; i++) {
        matrix_finish(&s->signals[i].live);
        matrix_finish(&s->signals[i].then);
        matrix_finish(&s->signals[i].each);
        matrix_finish(&s->signals[i].recent.matrix);
        matrix_finish(&s->signals[i].pinned.matrix);
        for (size_t k = 0; k < STORE_DAYS_MAX; k++) {
            if (s->signals[i].days[k]) {
                matrix_finish(&s->signals[i].days[k]->matrix);
                free(s->signals[i].days[k]);
            }
        }
    }
    for (size_t i = 0; i < STORE_SLOTS; i++) {
        empty(&s->slots[i]);
    }
    if (s->routing) {
        routing_state_finish(s->routing);
        free(s->routing);
    }
    free(s->signals);
    free(s->notes);
    free(s->topics);
    *s = (struct store){0};
}

void store_begin_slot(struct store *s, int i, int subject)
{
    empty(&s->slots[i]);
    s->slots[i] = (struct slot){.subject = subject};
    s->version++;
}

void store_fill_slot(struct store *s, int i, void *data, void (*finish)(void *data))
{
    struct slot *slot = &s->slots[i];
    empty(slot);
    slot->data = data;
    slot->finish = finish;
    slot->condition = CONDITION_ANSWERED;
}

const struct history *store_day(const struct signal_data *data, int day)
{
    static const struct history unknown;
    return data->days[day] ? data->days[day] : &unknown;
}

struct history *store_own_day(struct signal_data *data, int day)
{
    if (!data->days[day]) {
        data->days[day] = mem_zalloc(1, sizeof *data->days[day]);
    }
    return data->days[day];
}

void history_take(struct history *h, struct matrix *m, int64_t first, int64_t last)
{
    matrix_finish(&h->matrix);
    *h = (struct history){
        .matrix = *m, .first = first, .last = last, .answered = true, .version = h->version + 1};
    *m = (struct matrix){0};
}

void history_drop(struct history *h)
{
    matrix_finish(&h->matrix);
    *h = (struct history){.version = h->version + 1};
}

void store_forget(struct signal_data *data)
{
    int64_t step_ms = data->live.step_ms;
    size_t slots = data->live.slots;
    matrix_finish(&data->live);
    matrix_init(&data->live, step_ms, slots);
    matrix_finish(&data->each);
    store_drop_then(data);
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        if (data->days[day]) {
            history_drop(data->days[day]);
        }
    }
    history_drop(&data->recent);
    history_drop(&data->pinned);
    data->now_ms = data->ended_ms = 0;
    data->condition = data->condition == CONDITION_ABSENT ? CONDITION_ABSENT : CONDITION_ASKING;
}

// ---- memory -----------------------------------------------------------------------------------

enum { SERIES_BYTES = 300 /* of labels, and what goes with them */ };

static size_t cost(size_t count, size_t slots)
{
    return count * (SERIES_BYTES + slots * sizeof(double));
}

static size_t taken_by(const struct signal_data *data)
{
    size_t bytes = cost(data->live.count, data->live.slots) +
                   cost(data->then.count, data->then.slots) +
                   cost(data->each.count, data->each.slots) +
                   cost(data->recent.matrix.count, data->recent.matrix.slots) +
                   cost(data->pinned.matrix.count, data->pinned.matrix.slots);
    for (int day = 0; day < STORE_DAYS_MAX; day++) {
        const struct matrix *m = &store_day(data, day)->matrix;
        bytes += cost(m->count, m->slots);
    }
    return bytes;
}

size_t store_room(const struct store *s, size_t count, size_t slots)
{
    size_t taken = 0;
    for (size_t i = 0; i < s->count; i++) {
        taken += taken_by(&s->signals[i]);
    }
    size_t left = taken < STORE_BYTES ? STORE_BYTES - taken : 0;
    size_t most = count + left / cost(1, slots);
    most = most < STORE_SERIES_LEAST ? STORE_SERIES_LEAST : most;
    return most < MATRIX_SERIES_MAX ? most : MATRIX_SERIES_MAX;
}

// ---- other days -------------------------------------------------------------------------------

int64_t store_slot_then(const struct signal_data *data, int64_t at_ms)
{
    int64_t then_ms = clock_days_before(at_ms, data->then_days);
    return matrix_slot(&data->then, then_ms + data->then.step_ms / 2); // an hour may be no multiple
}

void store_begin_then(struct signal_data *data, int days, int64_t step_ms, size_t slots)
{
    const struct matrix *m = &data->then;
    if (data->then_days != days || m->step_ms != step_ms || m->slots != slots) {
        store_drop_then(data);
        matrix_init(&data->then, step_ms, slots);
        data->then_days = days;
    }
}

void store_drop_then(struct signal_data *data)
{
    matrix_finish(&data->then);
    data->then_days = 0;
}

bool store_day_is_weekly(int day)
{
    return (day + 1) % STORE_WEEK_DAYS == 0;
}

static int points_near(const struct history *h, int64_t near_ms)
{
    int points = 0;
    for (int64_t slot = h->first; h->answered && slot <= h->last; slot++) {
        int64_t off = slot * STORE_HISTORY_STEP_MS - near_ms;
        bool near = off >= -STORE_NEAR_MS && off <= STORE_NEAR_MS;
        points += near && matrix_has_sample(&h->matrix, slot);
    }
    return points;
}

bool store_days_suffice(
    const struct signal_data *data, const struct zone *zone, int days, int64_t tick_ms)
{
    int points = 0, with_points = 0;
    for (int day = 0; day < days; day++) {
        int here = points_near(store_day(data, day), zone_days_before(zone, tick_ms, day + 1));
        points += here;
        with_points += here > 0;
    }
    return points >= STORE_POINTS_LEAST && with_points >= STORE_DAYS_LEAST;
}

void store_note_added(struct store *s)
{
    if (s->added_to != s->version) { // something else happened since
        s->added_from = s->version;
    }
    s->added_to = ++s->version;
}

bool store_only_added(const struct store *s, uint64_t version)
{
    return version == s->version || (s->added_to == s->version && version >= s->added_from);
}

int64_t store_newest_ms(const struct store *s)
{
    int64_t newest = 0;
    for (size_t i = 0; i < s->count; i++) {
        newest = s->signals[i].now_ms > newest ? s->signals[i].now_ms : newest;
    }
    return newest;
}

void store_add_note(struct store *s, const char *note)
{
    store_add_topic(s, "", note);
}

static void swap_notes(struct store *s, size_t a, size_t b)
{
    char note[STORE_WHY_MAX], topic[STORE_TOPIC_MAX];
    int place = s->places[a];
    memcpy(note, s->notes[a], sizeof note);
    memcpy(topic, s->topics[a], sizeof topic);
    memcpy(s->notes[a], s->notes[b], sizeof note);
    memcpy(s->topics[a], s->topics[b], sizeof topic);
    s->places[a] = s->places[b];
    memcpy(s->notes[b], note, sizeof note);
    memcpy(s->topics[b], topic, sizeof topic);
    s->places[b] = place;
}

void store_add_topic(struct store *s, const char *topic, const char *note)
{
    store_add_placed(s, topic, STORE_PLACE_LAST, note);
}

void store_add_placed(struct store *s, const char *topic, int place, const char *note)
{
    if (!s->notes) { // most sources have none
        s->notes = mem_zalloc(STORE_NOTES_MAX, sizeof *s->notes);
        s->topics = mem_zalloc(STORE_NOTES_MAX, sizeof *s->topics);
    }
    size_t had = s->notes_count;
    size_t at = note_add(s->notes, &s->notes_count, STORE_NOTES_MAX, note);
    if (at < STORE_NOTES_MAX) {
        snprintf(s->topics[at], STORE_TOPIC_MAX, "%s", topic);
        s->places[at] = at < had && s->places[at] < place ? s->places[at] : place;
        for (; at > 0 && s->places[at] < s->places[at - 1]; at--) {
            swap_notes(s, at, at - 1);
        }
    } else if (strcmp(s->notes[STORE_NOTES_MAX - 1], note_rest()) == 0) {
        s->topics[STORE_NOTES_MAX - 1][0] = '\0';
        s->places[STORE_NOTES_MAX - 1] = STORE_PLACE_LAST;
    }
}

void store_drop_topic(struct store *s, const char *topic)
{
    char cut[STORE_TOPIC_MAX];
    size_t kept = 0;
    snprintf(cut, sizeof cut, "%s", topic);
    for (size_t i = 0; i < s->notes_count; i++) {
        if (strcmp(s->topics[i], cut) != 0) {
            memmove(s->topics[kept], s->topics[i], STORE_TOPIC_MAX);
            s->places[kept] = s->places[i];
            memmove(s->notes[kept++], s->notes[i], STORE_WHY_MAX);
        }
    }
    s->notes_count = kept;
}
