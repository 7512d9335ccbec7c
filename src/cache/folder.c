#include "cache/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/disk.h"
#include "base/mem.h"

static const char temporary[] = "new-";

enum { UNUSED_DAYS = 35, NAME_BYTES = 96 };

/** A file of the folder. */
struct entry {
    char name[NAME_BYTES];
    int64_t used_ms;
    int64_t bytes;
};

struct entries {
    struct entry *items;
    size_t count, cap;
};

// With its parent and no more: a home that is not there is not made up.
static void make(const char *path)
{
    const char *end = strrchr(path, '/');
    char *parent = mem_strndup(path, end ? (size_t)(end - path) : 0);
    mkdir(parent, 0700);
    mkdir(path, 0700);
    free(parent);
}

bool folder_open(struct folder *f, const char *path, struct str *why)
{
    struct stat st;
    make(path);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        str_clear(why);
        disk_add_error(why, errno);
    } else if (st.st_uid != geteuid()) {
        str_setf(why, "it belongs to somebody else");
    } else if ((st.st_mode & 077) != 0 && fchmod(fd, 0700) != 0) {
        str_setf(why, "others may read it: ");
        disk_add_error(why, errno);
    } else {
        *f = (struct folder){.fd = fd};
        return true;
    }
    if (fd >= 0) {
        close(fd);
    }
    return false;
}

void folder_close(struct folder *f)
{
    close(f->fd);
    *f = (struct folder){.fd = -1};
}

static int64_t modified_ms(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000;
}

static bool is_ours(const struct stat *st)
{
    return S_ISREG(st->st_mode) && st->st_uid == geteuid();
}

static bool read_all(int fd, size_t size, struct str *out)
{
    char bytes[16384];
    size_t start = out->len;
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) > 0 && out->len - start <= size) {
        str_append(out, bytes, (size_t)n);
    }
    return n == 0;
}

bool folder_read(struct folder *f, const char *name, int64_t now_ms, struct str *out)
{
    // not blocking: a pipe of that name would have us wait for somebody to write into it
    int fd = openat(f->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    struct stat st;
    bool good = fstat(fd, &st) == 0 && is_ours(&st) && st.st_size <= FOLDER_FILE_MAX &&
                read_all(fd, (size_t)st.st_size, out);
    if (good && modified_ms(&st) < now_ms - CLOCK_DAY_MS) {
        futimens(fd, NULL);
    }
    close(fd);
    return good;
}

bool folder_write(struct folder *f, const char *name, const char *bytes, size_t len)
{
    char fresh[NAME_BYTES];
    snprintf(fresh, sizeof fresh, "%s%ld-%u", temporary, (long)getpid(), f->serial++);
    int fd = openat(f->fd, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) { // of a process long gone that had the same number
        unlinkat(f->fd, fresh, 0);
        fd = openat(f->fd, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
    if (fd < 0) {
        return false;
    }
    bool good = disk_write(fd, bytes, len, 0);
    good = close(fd) == 0 && good;
    good = good && renameat(f->fd, fresh, f->fd, name) == 0;
    if (!good) {
        unlinkat(f->fd, fresh, 0);
    }
    return good;
}

static bool has_ending(const char *name, const char *ending)
{
    size_t len = strlen(name), n = strlen(ending);
    return len > n && strcmp(name + len - n, ending) == 0;
}

static bool begins_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

static DIR *open_list(struct folder *f)
{
    int fd = openat(f->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d && fd >= 0) {
        close(fd);
    }
    return d;
}

void folder_each(struct folder *f, const char *prefix,
    void (*visit)(void *context, const char *rest), void *context)
{
    DIR *d = open_list(f);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (begins_with(e->d_name, prefix)) {
            visit(context, e->d_name + strlen(prefix));
        }
    }
    if (d) {
        closedir(d);
    }
}

// The files of the folder that are its own by name, owner and kind.
static void list(struct folder *f, struct entries *out)
{
    DIR *d = open_list(f);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        struct stat st;
        bool named = has_ending(e->d_name, FOLDER_SUFFIX) ||
                     strncmp(e->d_name, temporary, sizeof temporary - 1) == 0;
        if (named && strlen(e->d_name) < NAME_BYTES &&
            fstatat(f->fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_ours(&st)) {
            mem_grow(&out->items, out->count, &out->cap);
            struct entry *entry = &out->items[out->count++];
            *entry = (struct entry){.used_ms = modified_ms(&st), .bytes = (int64_t)st.st_size};
            snprintf(entry->name, sizeof entry->name, "%s", e->d_name);
        }
    }
    if (d) {
        closedir(d);
    }
}

void folder_unlink(struct folder *f, const char *name)
{
    unlinkat(f->fd, name, 0);
}

void folder_remove(struct folder *f, const char *prefix, const char *const *keep, size_t keep_count)
{
    struct entries all = {0};
    list(f, &all);
    for (size_t i = 0; i < all.count; i++) {
        bool gone = begins_with(all.items[i].name, prefix);
        for (size_t k = 0; k < keep_count && gone; k++) {
            gone = !begins_with(all.items[i].name, keep[k]);
        }
        if (gone) {
            unlinkat(f->fd, all.items[i].name, 0);
        }
    }
    free(all.items);
}

static int newest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->used_ms < y->used_ms) - (x->used_ms > y->used_ms);
}

void folder_tidy(struct folder *f, int64_t now_ms)
{
    struct entries all = {0};
    list(f, &all);
    if (all.count > 0) {
        qsort(all.items, all.count, sizeof *all.items, newest_first);
    }
    int64_t total = 0;
    for (size_t i = 0; i < all.count; i++) {
        const struct entry *e = &all.items[i];
        int64_t age = now_ms - e->used_ms;
        bool left_over = !has_ending(e->name, FOLDER_SUFFIX);
        bool old = left_over ? age > CLOCK_HOUR_MS : age > UNUSED_DAYS * (int64_t)CLOCK_DAY_MS;
        total += e->bytes;
        if (old || total > FOLDER_BYTES_MAX) {
            unlinkat(f->fd, e->name, 0);
        }
    }
    free(all.items);
}
