#include "http/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool secret_read_file(const char *path, struct str *out, size_t max)
{
    // without O_NONBLOCK a named pipe would stop the program until somebody writes
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    char chunk[4096];
    ssize_t got = 0;
    while (out->len <= max && (got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            break;
        }
        str_append(out, chunk, (size_t)got);
    }
    int error = errno;
    explicit_bzero(chunk, sizeof chunk);
    close(fd);
    errno = error;
    return got >= 0;
}

static void trim(struct str *s)
{
    while (s->len && isspace((unsigned char)s->text[s->len - 1])) {
        s->text[--s->len] = '\0';
    }
    size_t skip = 0;
    while (isspace((unsigned char)s->text[skip])) {
        skip++;
    }
    if (skip) {
        s->len -= skip;
        memmove(s->text, s->text + skip, s->len + 1);
    }
}

bool secret_is_one_line(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (iscntrl((unsigned char)text[i]) && text[i] != '\t') {
            return false;
        }
    }
    return true;
}

bool secret_read(const char *path, const char *what, struct str *out, struct str *why)
{
    str_clear(out);
    if (!secret_read_file(path, out, SECRET_MAX)) {
        str_setf(why, "cannot read the %s %s: %s", what, path, strerror(errno));
        return false;
    }
    trim(out);
    if (!out->len) {
        str_setf(why, "the %s %s is empty", what, path);
        return false;
    }
    if (out->len > SECRET_MAX || !secret_is_one_line(out->text, out->len)) {
        str_setf(why, "the %s %s does not hold one line of text", what, path);
        return false;
    }
    return true;
}

void secret_wipe(char *text)
{
    if (text) {
        explicit_bzero(text, strlen(text));
    }
}
