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

enum { NAME_BYTES = 96 };

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
        *f = (struct folder){.fd = fd, .path = mem_strdup(path)};
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
    free(f->path);
    *f = (struct folder){.fd = -1};
}

static int64_t modified_ms(const struct stat *st)
{
    return (int64_t)st->st_mtime * 1000;
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
        int error = errno;
        unlinkat(f->fd, fresh, 0);
        errno = error;
    }
    return good;
}

static bool has_ending(const char *name, const char *ending)
{
    size_t len = strlen(name), n = strlen(ending);
    return len > n && strcmp(name + len - n, ending) == 0;
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

// ---- the file of a database

static bool is_here(const struct folder *f, const char *path)
{
    struct stat here, there;
    return fstat(f->fd, &here) == 0 && lstat(path, &there) == 0 && here.st_dev == there.st_dev &&
           here.st_ino == there.st_ino;
}

// It may be reached by way of links, as of a home on another disk, which SQLite is not to follow.
static bool add_path(const struct folder *f, const char *name, struct str *path)
{
    char *real = realpath(f->path, NULL);
    bool same = real && is_here(f, real);
    if (same) {
        str_addf(path, "%s/%s", real, name);
    }
    free(real);
    return same;
}

static int open_own(struct folder *f, const char *name, int flags)
{
    // not blocking: see folder_read()
    return openat(f->fd, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, 0600);
}

bool folder_claim(struct folder *f, const char *name, struct str *path, struct str *why)
{
    struct stat st;
    int fd = open_own(f, name, O_CREAT);
    bool good = false;
    str_setf(why, "%s ", name);
    if (fd < 0 || fstat(fd, &st) != 0) {
        str_add(why, "cannot be opened: ");
        disk_add_error(why, errno);
    } else if (!is_ours(&st) || st.st_nlink != 1) {
        str_add(why, "is not a file of the user's alone");
    } else if ((st.st_mode & 077) != 0 && fchmod(fd, 0600) != 0) {
        str_add(why, "may be read by others: ");
        disk_add_error(why, errno);
    } else if (faccessat(f->fd, ".", W_OK, AT_EACCESS) != 0) { // a journal has to fit beside it
        str_setf(why, "nothing can be written there: ");
        disk_add_error(why, errno);
    } else if (!add_path(f, name, path)) {
        str_add(why, "is not where it was looked for");
    } else {
        str_clear(why);
        good = true;
    }
    if (fd >= 0) {
        close(fd);
    }
    return good;
}

// The bytes by whose locks SQLite keeps processes apart (https://sqlite.org/fileformat.html).
enum { LOCK_FROM = 0x40000000, LOCK_BYTES = 512 };

bool folder_discard(struct folder *f, const char *name)
{
    struct stat st;
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_FROM, .l_len = LOCK_BYTES};
    int fd = open_own(f, name, 0);
    bool ours = fd >= 0 && fstat(fd, &st) == 0 && is_ours(&st) && fcntl(fd, F_SETLK, &lock) == 0;
    ours = ours && unlinkat(f->fd, name, 0) == 0; // a journal goes when SQLite begins the next
    if (fd >= 0) {
        close(fd);
    }
    return ours;
}

void folder_remove_days(struct folder *f)
{
    DIR *d = open_list(f);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        struct stat st;
        bool old = has_ending(e->d_name, ".day") || strcmp(e->d_name, "key") == 0;
        if (old && fstatat(f->fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_ours(&st)) {
            unlinkat(f->fd, e->d_name, 0);
        }
    }
    if (d) {
        closedir(d);
    }
}
