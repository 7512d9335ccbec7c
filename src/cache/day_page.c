#include "cache/day_page.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"

static const char magic[] = "ragtop history 2\n";

enum {
    DOUBT_LONGEST_MS = CLOCK_DAY_MS,
    LABELS_MAX = 64,
    TEXT_MAX = 4096,
    CHECKSUM_BYTES = 8,
};

uint64_t page_hash(uint64_t seed, const void *bytes, size_t len)
{
    const unsigned char *b = bytes;
    uint64_t hash = 0xcbf29ce484222325u ^ seed;
    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ b[i]) * 0x100000001b3u;
    }
    return hash;
}

void page_init(struct page *p, int64_t first)
{
    *p = (struct page){.first = first};
    matrix_init(&p->values, STORE_HISTORY_STEP_MS, PAGE_SLOTS);
}

void page_finish(struct page *p)
{
    matrix_finish(&p->values);
    *p = (struct page){0};
}

enum page_slot page_get(const struct page *p, int64_t slot, int64_t now_ms)
{
    enum page_slot known = (enum page_slot)p->slots[slot - p->first];
    // further off than any doubt reaches: the clock was set back since, or the file is not sound
    bool over = now_ms > p->until_ms || now_ms < p->until_ms - DOUBT_LONGEST_MS;
    return known == PAGE_DOUBTED && over ? PAGE_UNKNOWN : known;
}

static int64_t last_of(const struct page *p)
{
    return p->first + PAGE_SLOTS - 1;
}

void page_put(struct page *p, int64_t first, int64_t last, const struct batch *b, int64_t until_ms)
{
    first = first < p->first ? p->first : first;
    last = last > last_of(p) ? last_of(p) : last;
    if (first > last) {
        return;
    }
    matrix_merge(&p->values, b, first, last);
    bool doubts = false;
    for (int i = 0; i < PAGE_SLOTS; i++) {
        if (p->first + i >= first && p->first + i <= last) {
            p->slots[i] = until_ms ? PAGE_DOUBTED : PAGE_KNOWN;
        }
        doubts = doubts || p->slots[i] == PAGE_DOUBTED;
    }
    if (!doubts) {
        p->until_ms = 0;
    } else if (until_ms && (p->until_ms == 0 || until_ms < p->until_ms)) {
        p->until_ms = until_ms; // the first to end ends them all
    }
}

static void copy_series(const struct page *p, int64_t first, int64_t last, struct batch *b)
{
    for (size_t i = 0; i < p->values.count; i++) {
        const struct series *from = &p->values.series[i];
        struct batch_series *to = NULL;
        for (int64_t slot = first; slot <= last; slot++) {
            double v = ring_get(&from->ring, slot);
            if (!isnan(v)) {
                if (!to) {
                    to = batch_add(b);
                    labels_copy(&to->labels, &from->labels);
                }
                batch_add_sample(to, slot * STORE_HISTORY_STEP_MS, v);
            }
        }
    }
}

void page_copy(const struct page *p, int64_t first, int64_t last, struct matrix *out)
{
    struct batch b = {0};
    first = first < p->first ? p->first : first;
    last = last > last_of(p) ? last_of(p) : last;
    if (first <= last) {
        copy_series(p, first, last, &b);
        matrix_merge(out, &b, first, last);
    }
    batch_finish(&b);
}

// --- bytes, the least significant first

static void add_number(struct str *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * i));
        str_append(out, &byte, 1);
    }
}

static void add_double(struct str *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_number(out, bits, 8);
}

static void add_text(struct str *out, const char *text)
{
    add_number(out, strlen(text), 2);
    str_add(out, text);
}

void page_encode(const struct page *p, struct page_key key, struct str *out)
{
    size_t start = out->len;
    str_append(out, magic, sizeof magic - 1);
    add_number(out, key.source, 8);
    add_number(out, key.expr, 8);
    add_number(out, (uint64_t)p->first, 8);
    add_number(out, (uint64_t)p->until_ms, 8);
    str_append(out, p->slots, PAGE_SLOTS);
    add_number(out, p->values.count, 4);
    for (size_t i = 0; i < p->values.count; i++) {
        const struct series *s = &p->values.series[i];
        add_number(out, s->labels.count, 2);
        for (size_t k = 0; k < s->labels.count; k++) {
            add_text(out, s->labels.items[k].name);
            add_text(out, s->labels.items[k].value);
        }
        for (int slot = 0; slot < PAGE_SLOTS; slot++) {
            if (p->slots[slot] != PAGE_UNKNOWN) {
                add_double(out, ring_get(&s->ring, p->first + slot));
            }
        }
    }
    add_number(out, page_hash(0, out->text + start, out->len - start), CHECKSUM_BYTES);
}

struct reader {
    const unsigned char *at;
    size_t left;
    bool failed;
};

static const unsigned char *take(struct reader *r, size_t bytes)
{
    if (r->failed || r->left < bytes) {
        r->failed = true;
        return NULL;
    }
    const unsigned char *start = r->at;
    r->at += bytes;
    r->left -= bytes;
    return start;
}

static uint64_t take_number(struct reader *r, int bytes)
{
    const unsigned char *b = take(r, (size_t)bytes);
    uint64_t value = 0;
    for (int i = 0; b && i < bytes; i++) {
        value |= (uint64_t)b[i] << (8 * i);
    }
    return value;
}

static double take_double(struct reader *r)
{
    uint64_t bits = take_number(r, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void take_text(struct reader *r, struct str *out)
{
    size_t len = (size_t)take_number(r, 2);
    const unsigned char *text = len <= TEXT_MAX ? take(r, len) : NULL;
    str_clear(out);
    if (!text || memchr(text, '\0', len)) {
        r->failed = true;
        return;
    }
    str_append(out, text, len);
}

static void take_labels(struct reader *r, struct labels *out)
{
    struct str name, value;
    str_init(&name);
    str_init(&value);
    uint64_t count = take_number(r, 2);
    r->failed = r->failed || count > LABELS_MAX;
    for (uint64_t i = 0; i < count && !r->failed; i++) {
        take_text(r, &name);
        take_text(r, &value);
        if (!r->failed) {
            labels_set(out, name.text, value.text);
        }
    }
    str_finish(&name);
    str_finish(&value);
}

static void take_series(struct reader *r, const struct page *p, struct batch *b)
{
    struct batch_series *s = batch_add(b);
    take_labels(r, &s->labels);
    for (int slot = 0; slot < PAGE_SLOTS && !r->failed; slot++) {
        if (p->slots[slot] != PAGE_UNKNOWN) {
            double v = take_double(r);
            if (!isnan(v)) {
                batch_add_sample(s, (p->first + slot) * STORE_HISTORY_STEP_MS, v);
            }
        }
    }
}

static bool take_slots(struct reader *r, struct page *p)
{
    const unsigned char *slots = take(r, PAGE_SLOTS);
    for (int i = 0; slots && i < PAGE_SLOTS; i++) {
        r->failed = r->failed || slots[i] > PAGE_DOUBTED;
    }
    if (!r->failed) {
        memcpy(p->slots, slots, PAGE_SLOTS);
    }
    return !r->failed;
}

bool page_decode(
    struct page *p, int64_t first, struct page_key key, const unsigned char *bytes, size_t len)
{
    page_init(p, first);
    if (len < CHECKSUM_BYTES) {
        return false;
    }
    struct reader sum = {.at = bytes + len - CHECKSUM_BYTES, .left = CHECKSUM_BYTES};
    struct reader r = {.at = bytes, .left = len - CHECKSUM_BYTES};
    const unsigned char *start = take(&r, sizeof magic - 1);
    if (!start || memcmp(start, magic, sizeof magic - 1) != 0 ||
        take_number(&sum, CHECKSUM_BYTES) != page_hash(0, bytes, len - CHECKSUM_BYTES) ||
        take_number(&r, 8) != key.source || take_number(&r, 8) != key.expr ||
        (int64_t)take_number(&r, 8) != first) {
        return false;
    }
    p->until_ms = (int64_t)take_number(&r, 8);
    struct batch b = {0};
    bool good = take_slots(&r, p);
    uint64_t count = take_number(&r, 4);
    good = good && count <= MATRIX_SERIES_MAX;
    for (uint64_t i = 0; i < count && good; i++) {
        take_series(&r, p, &b);
        good = !r.failed;
    }
    good = good && !r.failed && r.left == 0;
    if (good) {
        matrix_merge(&p->values, &b, first, first + PAGE_SLOTS - 1);
    }
    batch_finish(&b);
    return good;
}
