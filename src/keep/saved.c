#include "keep/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { FILE_MAX = 32 * 1024 * 1024 };

void saved_finish(struct saved *s)
{
    for (size_t i = 0; i < s->count; i++) {
        labels_finish(&s->signals[i].name);
        matrix_finish(&s->signals[i].history.matrix);
    }
    free(s->signals);
    free(s->name);
    *s = (struct saved){0};
}

void saved_add(struct saved *s, const struct labels *name, const struct matrix *m)
{
    struct batch b = {0};
    mem_grow(&s->signals, s->count, &s->cap);
    struct saved_signal *signal = &s->signals[s->count++];
    *signal =
        (struct saved_signal){.history = {.first = s->first, .last = s->last, .answered = true}};
    labels_copy(&signal->name, name);
    matrix_init(&signal->history.matrix, STORE_HISTORY_STEP_MS, (size_t)(s->last - s->first + 1));
    for (size_t i = 0; i < m->count; i++) {
        struct batch_series *to = batch_add(&b);
        labels_copy(&to->labels, &m->series[i].labels);
        for (int64_t slot = s->first; slot <= s->last; slot++) {
            batch_add_sample(to, slot * STORE_HISTORY_STEP_MS, ring_get(&m->series[i].ring, slot));
        }
    }
    matrix_merge(&signal->history.matrix, &b, s->first, s->last);
    batch_finish(&b);
}

const struct history *saved_find(const struct saved *s, const struct labels *name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (labels_equal(&s->signals[i].name, name)) {
            return &s->signals[i].history;
        }
    }
    return NULL;
}

static void add_shown(struct str *out, const char *path)
{
    utf8_add_clean(out, path, strlen(path));
}

static bool write_all(int fd, const struct str *text)
{
    for (size_t done = 0; done < text->len;) {
        ssize_t n = write(fd, text->text + done, text->len - done);
        if (n < 0) {
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

// Into a new file that then takes the place of the old one; but a pipe or a device stays one. A
// link is not followed to a file, and not replaced either: it may be /dev/stdout.
static bool replace(const char *path, const struct str *text)
{
    struct stat st;
    bool special = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    if (!special && lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
        errno = ELOOP;
        return false;
    }
    struct str fresh;
    str_init(&fresh);
    str_addf(&fresh, special ? "%s" : "%s.new-%ld", path, (long)getpid());
    int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY | (special ? 0 : O_CREAT | O_EXCL);
    int fd = open(fresh.text, flags, 0600);
    bool good = fd >= 0 && write_all(fd, text);
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good && !special) {
        good = rename(fresh.text, path) == 0;
        error = errno;
    }
    if (!good && !special && fd >= 0) {
        unlink(fresh.text);
    }
    str_finish(&fresh);
    errno = error;
    return good;
}

bool saved_write(const struct saved *s, const char *path, struct str *why)
{
    struct str text;
    str_init(&text);
    saved_encode(s, &text);
    bool good = replace(path, &text);
    if (!good) {
        int error = errno;
        str_clear(why);
        add_shown(why, path);
        str_addf(why, ": the baseline cannot be written: %s",
            error == ELOOP ? "it is a symbolic link; name the file itself" : strerror(error));
    }
    str_finish(&text);
    return good;
}

static bool read_all(const char *path, struct str *out, struct str *why)
{
    char bytes[16384];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t n = -1;
    while (fd >= 0 && (n = read(fd, bytes, sizeof bytes)) > 0 && out->len <= FILE_MAX) {
        str_append(out, bytes, (size_t)n);
    }
    if (n < 0) {
        str_setf(why, "this baseline cannot be read: %s", strerror(errno));
    } else if (n > 0) {
        str_setf(why, "this is no baseline file; ragtop baseline save FILE writes one");
    }
    if (fd >= 0) {
        close(fd);
    }
    return n == 0;
}

bool saved_read(struct saved *s, const char *path, struct str *why)
{
    struct str text, reason;
    str_init(&text);
    str_init(&reason);
    bool good = read_all(path, &text, &reason) && saved_decode(s, text.text, text.len, &reason);
    if (good) {
        const char *slash = strrchr(path, '/');
        str_clear(&text);
        add_shown(&text, slash ? slash + 1 : path);
        s->name = str_take(&text);
    } else {
        str_clear(why);
        add_shown(why, path);
        str_addf(why, ": %s", reason.text);
    }
    str_finish(&reason);
    str_finish(&text);
    return good;
}
