#include "tape/tape_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/check.h"
#include "base/disk.h"
#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"

static const char magic[] = "ragtop recording ";
enum { FORMAT = 1, FIELDS = 6, GZIP = 16, CHUNK = 32 * 1024, FLUSH_MS = 5000, WAIT_MS = 1000 };
enum {
    FILE_BYTES_MAX = 512 * 1024 * 1024,
    FIELD_BYTES_MAX = 64 * 1024 * 1024,
    LINE_MAX_BYTES = 256
};

// ---- writing ----------------------------------------------------------------------------------

struct tape_writer {
    z_stream stream;
    char *path;
    int fd;
    int error; /**< errno of what failed; 0: nothing did */
    bool told;
    int64_t flushed_ms;
};

static void squeeze(struct tape_writer *w, const char *bytes, size_t len, int flush)
{
    unsigned char out[CHUNK];
    w->stream.next_in = (unsigned char *)(uintptr_t)bytes; // zlib takes no const, and changes none
    w->stream.avail_in = (uInt)len;
    do {
        w->stream.next_out = out;
        w->stream.avail_out = sizeof out;
        deflate(&w->stream, flush);
        size_t made = sizeof out - w->stream.avail_out;
        if (made && w->error == 0 && !disk_write(w->fd, (const char *)out, made, WAIT_MS)) {
            w->error = errno;
        }
    } while (w->stream.avail_out == 0);
}

static void put(struct tape_writer *w, const char *bytes, size_t len)
{
    squeeze(w, bytes, len, Z_NO_FLUSH);
}

static int create_file(const char *path, struct str *why)
{
    struct arena a = {0};
    struct str reason;
    str_init(&reason);
    bool exists = false;
    int fd = -1;
    const char *shown = plain_path(&a, path);
    if (disk_create(path, "", 0, &exists, &reason)) {
        fd = disk_append(path, &reason);
    }
    if (fd < 0 && exists) {
        str_setf(why, _("--record %s: the file exists already; name another"), shown);
    } else if (fd < 0) {
        str_setf(why, _("--record %s: %s"), shown, reason.text);
    }
    str_finish(&reason);
    arena_finish(&a);
    return fd;
}

struct tape_writer *tape_create(
    const char *path, const char *made_by, const char *settings, int64_t at_ms, struct str *why)
{
    int fd = create_file(path, why);
    if (fd < 0) {
        return NULL;
    }
    struct tape_writer *w = mem_zalloc(1, sizeof *w);
    w->fd = fd;
    w->path = mem_strdup(path);
    w->flushed_ms = at_ms;
    check(deflateInit2(&w->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + GZIP,
              MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK);
    struct str s;
    str_init(&s);
    str_addf(&s, "%s%d %s\n%" PRId64 " %zu\n%s\n", magic, FORMAT, made_by, at_ms, strlen(settings),
        settings);
    squeeze(w, s.text, s.len, Z_SYNC_FLUSH);
    str_finish(&s);
    return w;
}

static const char *text_of(const char *text)
{
    return text ? text : "";
}

void tape_add(struct tape_writer *w, const struct tape_entry *entry)
{
    const struct tap_request *q = &entry->request;
    const struct tap_reply *r = &entry->reply;
    const char *fields[FIELDS] = {
        q->place, q->path, q->query, text_of(r->type), text_of(r->why), text_of(r->body)};
    size_t lens[FIELDS];
    struct str s;
    str_init(&s);
    str_addf(
        &s, "%" PRId64 " %d %ld %" PRId64, entry->at_ms, (int)r->outcome, r->status, r->server_ms);
    for (int i = 0; i < FIELDS; i++) {
        lens[i] = i == FIELDS - 1 ? r->body_len : strlen(fields[i]);
        str_addf(&s, " %zu", lens[i]);
    }
    str_addc(&s, '\n');
    for (int i = 0; i < FIELDS - 1; i++) {
        str_append(&s, fields[i], lens[i]);
    }
    put(w, s.text, s.len);
    put(w, fields[FIELDS - 1], lens[FIELDS - 1]);
    bool flush = entry->at_ms - w->flushed_ms >= FLUSH_MS || entry->at_ms < w->flushed_ms;
    squeeze(w, "\n", 1, flush ? Z_SYNC_FLUSH : Z_NO_FLUSH);
    w->flushed_ms = flush ? entry->at_ms : w->flushed_ms;
    str_finish(&s);
}

bool tape_failed(struct tape_writer *w, struct str *why)
{
    if (w->error == 0 || w->told) {
        return false;
    }
    w->told = true;
    struct arena a = {0};
    struct str reason;
    str_init(&reason);
    disk_add_error(&reason, w->error);
    str_setf(why, _("the recording %s cannot be written any further: %s"), plain_path(&a, w->path),
        reason.text);
    str_finish(&reason);
    arena_finish(&a);
    return true;
}

bool tape_close(struct tape_writer *w, struct str *why)
{
    if (!w) {
        return true;
    }
    squeeze(w, "", 0, Z_FINISH);
    deflateEnd(&w->stream);
    if (close(w->fd) != 0 && w->error == 0) {
        w->error = errno;
    }
    bool good = !tape_failed(w, why);
    free(w->path);
    free(w);
    return good;
}

// ---- reading ----------------------------------------------------------------------------------

/** What has been unpacked and not been given out. */
struct unpacking {
    const struct tape_reading *to;
    struct str text;
    size_t taken; /**< bytes of TEXT that were given out */
    bool begun;   /**< the settings were */
    bool spoilt;  /**< what follows makes no sense */
    long format;
};

/** The line at P of U, its end replaced by NUL; NULL: it is not all there, or is none. */
static char *line_at(struct unpacking *u, size_t p)
{
    char *from = u->text.text + p;
    size_t left = u->text.len - p;
    char *end = memchr(from, '\n', left < LINE_MAX_BYTES ? left : LINE_MAX_BYTES);
    u->spoilt = u->spoilt || (!end && left >= LINE_MAX_BYTES);
    if (end) {
        *end = '\0';
    }
    return end ? from : NULL;
}

/** Reads COUNT numbers of LINE, split by spaces; false: there are others, or something else. */
static bool numbers_of(const char *line, int64_t *out, int count)
{
    for (int i = 0; i < count; i++) {
        char *end;
        errno = 0;
        out[i] = strtoll(line, &end, 10);
        if (end == line || errno || *end != (i < count - 1 ? ' ' : '\0')) {
            return false;
        }
        line = end + 1;
    }
    return true;
}

/** Whether LEN bytes and a line's end follow P of U; sets a NUL behind them. */
static bool field_at(struct unpacking *u, size_t p, int64_t len)
{
    u->spoilt = u->spoilt || len < 0 || len > FIELD_BYTES_MAX;
    return !u->spoilt && u->text.len - p > (size_t)len;
}

/** Gives out the settings; false: they are not all there. */
static bool begin(struct unpacking *u)
{
    char *first = line_at(u, 0);
    if (!first) {
        return false;
    }
    size_t second = strlen(first) + 1;
    char *made_by = first + strlen(first);
    u->format = strncmp(first, magic, sizeof magic - 1) == 0
                    ? strtol(first + sizeof magic - 1, &made_by, 10)
                    : 0;
    char *line = u->format == FORMAT ? line_at(u, second) : NULL;
    int64_t n[2];
    u->spoilt = u->spoilt || u->format != FORMAT || (line && !numbers_of(line, n, 2));
    bool whole = false;
    if (line && !u->spoilt) {
        size_t text = second + strlen(line) + 1;
        whole = field_at(u, text, n[1]);
        if (whole) {
            u->text.text[text + (size_t)n[1]] = '\0';
            u->to->settings(u->to->context, n[0], made_by + (*made_by == ' '), u->text.text + text);
            u->taken = text + (size_t)n[1] + 1;
            u->begun = true;
        } else {
            line[strlen(line)] = '\n';
        }
    }
    if (!whole) {
        first[second - 1] = '\n'; // it is read again once more is there
    }
    return whole;
}

/** Gives out the next entry; false: it is not all there. */
static bool take_entry(struct unpacking *u)
{
    enum { NUMBERS = 4 + FIELDS };
    char *line = line_at(u, u->taken);
    int64_t n[NUMBERS];
    if (!line) {
        return false;
    }
    size_t at = u->taken + strlen(line) + 1;
    u->spoilt = !numbers_of(line, n, NUMBERS) || n[1] < 0 || n[1] > HTTP_FAILED;
    int64_t all = 0;
    for (int i = 0; i < FIELDS && !u->spoilt; i++) {
        u->spoilt = n[4 + i] < 0 || n[4 + i] > FIELD_BYTES_MAX;
        all += n[4 + i];
    }
    if (u->spoilt || !field_at(u, at, all)) {
        u->text.text[at - 1] = '\n';
        return false;
    }
    char *fields[FIELDS];
    struct str room; // each with a NUL behind it
    str_init(&room);
    size_t starts[FIELDS];
    for (int i = 0; i < FIELDS - 1; i++) {
        starts[i] = room.len;
        str_append(&room, u->text.text + at, (size_t)n[4 + i]);
        str_addc(&room, '\0');
        at += (size_t)n[4 + i];
    }
    for (int i = 0; i < FIELDS - 1; i++) {
        fields[i] = room.text + starts[i];
    }
    size_t body_len = (size_t)n[4 + FIELDS - 1];
    fields[FIELDS - 1] = u->text.text + at;
    fields[FIELDS - 1][body_len] = '\0';
    const struct tape_entry entry = {.at_ms = n[0],
        .request = {.place = fields[0], .path = fields[1], .query = fields[2]},
        .reply = {.outcome = (enum http_outcome)n[1],
            .status = (long)n[2],
            .server_ms = n[3],
            .type = *fields[3] ? fields[3] : NULL,
            .why = fields[4],
            .body = fields[5],
            .body_len = body_len}};
    u->to->entry(u->to->context, &entry);
    str_finish(&room);
    u->taken = at + body_len + 1;
    return true;
}

static void give_out(struct unpacking *u)
{
    while (!u->spoilt && (u->begun ? take_entry(u) : begin(u))) {
    }
    if (u->taken > 0) {
        memmove(u->text.text, u->text.text + u->taken, u->text.len - u->taken + 1);
        u->text.len -= u->taken;
        u->taken = 0;
    }
}

/** Unpacks LEN bytes; false: they end early, or somebody changed them. */
static bool unpack(struct unpacking *u, const char *bytes, size_t len)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (uInt)len};
    char out[CHUNK];
    if (inflateInit2(&stream, MAX_WBITS + GZIP) != Z_OK) {
        return false;
    }
    int state = Z_OK;
    while (state == Z_OK && !u->spoilt) {
        stream.next_out = (unsigned char *)out;
        stream.avail_out = sizeof out;
        state = inflate(&stream, Z_NO_FLUSH);
        str_append(&u->text, out, sizeof out - stream.avail_out);
        give_out(u);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END && !u->spoilt && u->text.len == 0;
}

bool tape_read(const char *path, const struct tape_reading *to, bool *cut, struct str *why)
{
    struct arena a = {0};
    struct unpacking u = {.to = to};
    struct str packed, reason;
    str_init(&packed);
    str_init(&reason);
    str_init(&u.text);
    const char *shown = plain_path(&a, path);
    bool good = disk_read(path, DISK_FILE, FILE_BYTES_MAX, 0, &packed, &reason);
    if (!good) {
        str_setf(why, _("--replay %s: %s"), shown, reason.text);
    } else {
        *cut = !unpack(&u, packed.text, packed.len);
        good = u.begun;
        if (!good && u.format > FORMAT) {
            str_setf(why,
                _("--replay %s: a newer ragtop made this recording: it is of format %ld, and this "
                  "one reads format %d"),
                shown, u.format, FORMAT);
        } else if (!good) {
            str_setf(why, _("--replay %s: this is not a recording that ragtop made"), shown);
        }
    }
    str_finish(&u.text);
    str_finish(&packed);
    str_finish(&reason);
    arena_finish(&a);
    return good;
}
