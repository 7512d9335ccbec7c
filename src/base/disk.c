#include "base/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/size.h"
#include "base/system.h"
#include "base/text.h"

enum { OWNER_ONLY = 0600 };

void disk_add_error(struct str *s, int error)
{
    struct rlimit most;
    if (error == EMFILE && getrlimit(RLIMIT_NOFILE, &most) == 0) {
        str_addf(s, _("too many open files: the limit is %llu (ulimit -n)"),
            (unsigned long long)most.rlim_cur);
    } else if (error == EISDIR) {
        str_add(s, _("it is a directory"));
    } else if (error == EFBIG) {
        str_add(s, _("the file would be larger than allowed (ulimit -f)"));
    } else {
        size_t at = s->len;
        str_add(s, strerror(error));
        bool acronym = s->len > at + 1 && ascii_upper(s->text[at + 1]) == s->text[at + 1];
        s->text[at] = acronym ? s->text[at] : ascii_lower(s->text[at]); // "RPC version wrong"
    }
}

static bool fail(int error, struct str *why)
{
    str_clear(why);
    disk_add_error(why, error);
    errno = error;
    return false;
}

static bool refuse(const char *clause, struct str *why)
{
    str_setf(why, "%s", clause);
    errno = EINVAL;
    return false;
}

static bool refuse_link(struct str *why)
{
    return refuse(_("it is a symbolic link; name the file itself"), why);
}

/** Whether PATH names a descriptor of this process rather than something in a folder. */
static bool is_handed(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (strncmp(path, folders[i], strlen(folders[i])) == 0) {
            return true;
        }
    }
    return strcmp(path, "/dev/stdin") == 0;
}

static bool is_null(const struct stat *st)
{
    struct stat null;
    return S_ISCHR(st->st_mode) && stat("/dev/null", &null) == 0 && null.st_rdev == st->st_rdev;
}

/** What ST, which is no regular file, is instead. */
static const char *kind(const struct stat *st)
{
    return S_ISDIR(st->st_mode)    ? _("it is a directory")
           : S_ISFIFO(st->st_mode) ? _("it is a FIFO, not a regular file")
           : S_ISSOCK(st->st_mode) ? _("it is a socket, not a regular file")
                                   : _("it is a device, not a regular file");
}

/** Opens PATH to be read, if it is what FROM allows; *PIPED: there may be something to wait for. */
static int open_source(const char *path, enum disk_from from, bool *piped, struct str *why)
{
    struct stat st;
    // not blocking: opening a FIFO would wait for a writer, and reading some devices for ever
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        int error = errno;
        bool socket = error == ENXIO && stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
        (void)(socket ? refuse(kind(&st), why) : fail(error, why));
        return -1;
    }
    *piped = S_ISFIFO(st.st_mode) && is_handed(path);
    if (S_ISREG(st.st_mode) || is_null(&st) || (*piped && from == DISK_HANDED)) {
        return fd;
    }
    close(fd);
    refuse(
        *piped ? _("it is a pipe, but this file has to be read more than once") : kind(&st), why);
    return -1;
}

/** Waits until FD has more, or its other end is closed; false with a clause in *WHY. */
static bool wait_for_more(int fd, int silence_ms, struct str *why)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    int ready;
    while ((ready = poll(&polled, 1, silence_ms)) < 0 && errno == EINTR) {
    }
    if (ready == 0) {
        str_setf(why, _("no data came from this pipe for %g s"), silence_ms / 1000.0);
        errno = ETIMEDOUT;
    }
    return ready > 0 || (ready < 0 && fail(errno, why));
}

static bool refuse_size(size_t max, struct str *why)
{
    struct arena a = {0};
    str_setf(why, _("it is larger than %s"), size_in(&a, max));
    arena_finish(&a);
    errno = EFBIG;
    return false;
}

static bool read_all(
    int fd, bool piped, size_t max, int silence_ms, struct str *out, struct str *why)
{
    char bytes[8192];
    size_t start = out->len;
    bool good = true;
    for (ssize_t n = 1; good && n != 0;) {
        n = read(fd, bytes, sizeof bytes);
        if (n > 0) {
            str_append(out, bytes, (size_t)n);
            good = out->len - start <= max || refuse_size(max, why);
        } else if (n < 0 && errno == EAGAIN && piped) {
            good = wait_for_more(fd, silence_ms, why);
        } else if (n < 0 && errno != EINTR) {
            good = fail(errno, why);
        }
    }
    int error = errno;
    system_forget(bytes, sizeof bytes); // it may have been a password
    errno = error;
    return good;
}

bool disk_read(const char *path, enum disk_from from, size_t max, int silence_ms, struct str *out,
    struct str *why)
{
    bool piped = false;
    int fd = open_source(path, from, &piped, why);
    if (fd < 0) {
        return false;
    }
    bool good = read_all(fd, piped, max, silence_ms, out, why);
    int error = errno;
    close(fd);
    errno = error;
    return good;
}

bool disk_check(const char *path, struct str *why)
{
    bool piped;
    int fd = open_source(path, DISK_FILE, &piped, why);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

bool disk_write(int fd, const char *bytes, size_t len, int wait_ms)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd polled = {.fd = fd, .events = POLLOUT};
            int ready = poll(&polled, 1, wait_ms);
            if (ready == 0) {
                errno = EAGAIN;
            }
            if (ready == 0 || (ready < 0 && errno != EINTR)) {
                return false;
            }
        } else if (n == 0 || errno != EINTR) {
            errno = n == 0 ? ENOSPC : errno;
            return false;
        }
    }
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

bool disk_list(const char *path, const char *suffix, size_t max, struct name_list *out,
    bool *left_out, struct str *why)
{
    DIR *d = opendir(path);
    size_t first = out->count, end = strlen(suffix);
    *left_out = false;
    if (!d) {
        return errno == ENOENT || fail(errno, why);
    }
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        size_t len = strlen(e->d_name);
        if (e->d_name[0] != '.' && len > end && strcmp(e->d_name + len - end, suffix) == 0) {
            names_push(out, e->d_name);
        }
    }
    closedir(d);
    if (out->count > first) {
        qsort(out->items + first, out->count - first, sizeof *out->items, compare_names);
    }
    for (; out->count - first > max; *left_out = true) {
        free(out->items[--out->count]);
    }
    return true;
}

static bool close_written(int fd, bool good, struct str *why)
{
    int error = errno;
    if (close(fd) != 0 && good) {
        good = false;
        error = errno;
    }
    if (!good && error == EAGAIN) {
        return refuse(_("nothing reads from it"), why);
    }
    return good || fail(error, why);
}

/** Whether PATH leads to a pipe or a device, whose writers share it with others. */
static bool is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode));
}

/** False with a clause in *WHY where PATH is there and no file that could be written. */
static bool check_target(const char *path, struct str *why)
{
    struct stat st;
    if (lstat(path, &st) != 0 || S_ISREG(st.st_mode)) {
        return true;
    }
    return S_ISLNK(st.st_mode) ? refuse_link(why) : refuse(kind(&st), why);
}

bool disk_create(const char *path, const char *bytes, size_t len, bool *exists, struct str *why)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, OWNER_ONLY);
    int error = errno;
    *exists = false;
    if (fd < 0 && error == EEXIST) { // what cannot be overwritten either is no file that exists
        *exists = is_special(path) || check_target(path, why);
        return *exists ? fail(error, why) : false;
    }
    if (fd < 0) {
        return fail(error, why);
    }
    bool good = close_written(fd, disk_write(fd, bytes, len, 0), why);
    if (!good) {
        error = errno;
        unlink(path);
        errno = error;
    }
    return good;
}

/** Opens what is_special() said PATH to be, or -1 with a clause in *WHY. */
static int open_special(const char *path, int flags, struct str *why)
{
    struct stat st;
    int fd = open(path, flags | O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        (void)(errno == ENXIO ? refuse(_("it is a FIFO, and nobody reads from it"), why)
                              : fail(errno, why));
    } else if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) { // it was exchanged meanwhile
        refuse_link(why);
        close(fd);
        fd = -1;
    }
    return fd;
}

bool disk_replace(const char *path, const char *bytes, size_t len, int wait_ms, struct str *why)
{
    if (is_special(path)) {
        int fd = open_special(path, 0, why);
        return fd >= 0 && close_written(fd, disk_write(fd, bytes, len, wait_ms), why);
    }
    if (!check_target(path, why)) {
        return false;
    }
    struct str fresh;
    str_init(&fresh);
    str_addf(&fresh, "%s.new-%ld", path, (long)getpid());
    bool exists, good = disk_create(fresh.text, bytes, len, &exists, why);
    if (good && rename(fresh.text, path) != 0) {
        good = fail(errno, why);
        int error = errno;
        unlink(fresh.text);
        errno = error;
    }
    str_finish(&fresh);
    return good;
}

int disk_append(const char *path, struct str *why)
{
    if (is_special(path)) {
        return open_special(path, O_APPEND, why);
    }
    if (!check_target(path, why)) {
        return -1;
    }
    int fd = open(path,
        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, OWNER_ONLY);
    if (fd < 0) {
        (void)(errno == ELOOP ? refuse_link(why) : fail(errno, why));
    }
    return fd;
}
