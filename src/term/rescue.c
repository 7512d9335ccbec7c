#include "term/rescue.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

// last: it makes macros of common words
#include <term.h>

enum {
    MAX_BYTES = 512,
    ROOM_MS = 200, /**< for the terminal to take what is left of the last frame */
    MAX_TRIES = 16,
};

// a signal handler has nothing but globals to look at
static struct {
    struct termios modes;
    bool has_modes;
    char bytes[MAX_BYTES];
    size_t len;
    volatile sig_atomic_t armed, mouse, nonblocking;
    volatile sig_atomic_t out; /**< where the terminal is */
} rescue = {.out = STDOUT_FILENO};

void rescue_keep_modes(void)
{
    rescue.armed = 0;
    rescue.has_modes = tcgetattr(STDIN_FILENO, &rescue.modes) == 0;
    rescue.len = 0;
    rescue.armed = 1;
}

// Somebody else's program may have left the terminal not blocking, and ncurses would then write to
// one that takes nothing again and again, with all of a processor.
static void set_blocking(bool on)
{
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    if (flags >= 0 && on && (flags & O_NONBLOCK)) {
        rescue.nonblocking = fcntl(STDOUT_FILENO, F_SETFL, flags & ~O_NONBLOCK) == 0;
    } else if (flags >= 0 && !on && rescue.nonblocking) {
        rescue.nonblocking = 0;
        fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
    }
}

static int add_byte(int byte)
{
    if (rescue.len < MAX_BYTES) {
        rescue.bytes[rescue.len++] = (char)byte;
    }
    return byte;
}

static bool add_capability(const char *name)
{
    const char *text = tigetstr(name);
    // tigetstr() returns (char *)-1 for a name it does not know
    if (!text || text == (const char *)-1) {
        return false;
    }
    tputs(text, 1, add_byte);
    return true;
}

void rescue_arm(void)
{
    rescue.armed = 0;
    rescue.len = 0;
    set_blocking(true);
    for (const char *p = "\x1b[?2004l"; *p; p++) { // pasted text is marked as such; see term.c
        add_byte(*p);
    }
    add_capability("rmkx");
    add_capability("sgr0");
    add_capability("cnorm");
    if (!add_capability("rmcup")) {
        add_byte('\r');
        add_byte('\n');
    }
    rescue.armed = 1;
}

void rescue_mouse(bool on)
{
    rescue.mouse = on;
}

void rescue_output(int fd)
{
    rescue.out = fd;
}

void rescue_disarm(void)
{
    rescue.armed = 0;
    set_blocking(false);
}

bool rescue_is_ours(void)
{
    pid_t owner = tcgetpgrp(STDIN_FILENO);
    return owner < 0 || owner == getpgrp();
}

bool rescue_takes_output(void)
{
    struct pollfd fds[] = {
        {.fd = STDOUT_FILENO, .events = POLLOUT}, {.fd = STDERR_FILENO, .events = POLLOUT}};
    return poll(fds, 2, 0) < 0 ||
           (fds[0].revents && fds[1].revents); // which it also says of one that is gone
}

/** Writes to the terminal, which does not block, what it has room for; false: for nothing more. */
static bool send(const char *bytes, size_t len)
{
    size_t done = 0;
    for (int i = 0; i < MAX_TRIES && done < len; i++) {
        ssize_t n = write(rescue.out, bytes + done, len - done);
        struct pollfd out = {.fd = rescue.out, .events = POLLOUT};
        if (n > 0) {
            done += (size_t)n;
        } else if (n < 0 && errno != EINTR && (errno != EAGAIN || poll(&out, 1, ROOM_MS) == 0)) {
            break;
        }
    }
    return done == len;
}

static bool send_all(void)
{
    static const char no_mouse[] = "\x1b[?1006;1000l";
    return (!rescue.mouse || send(no_mouse, sizeof no_mouse - 1)) && send(rescue.bytes, rescue.len);
}

/** Sends the closing sequences, if need be in place of what the terminal has not taken yet. */
static void leave_screen(bool ours)
{
    static const char cancel = 0x18; // what was cut may have been in the middle of a sequence
    int flags = fcntl(rescue.out, F_GETFL);
    if (rescue.len == 0 || flags < 0 || fcntl(rescue.out, F_SETFL, flags | O_NONBLOCK) != 0) {
        return;
    }
    if (!send_all() && ours && tcflush(rescue.out, TCOFLUSH) == 0 && send(&cancel, 1)) {
        send_all();
    }
    fcntl(rescue.out, F_SETFL, flags);
}

void rescue_now(void)
{
    if (!rescue.armed) {
        return;
    }
    rescue.armed = 0;
    int saved = errno;
    bool ours = rescue_is_ours();
    // from the background, changing modes would stop the process instead of letting it die
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stops, &before);
    if (rescue.has_modes && ours) { // else somebody else has set them since
        tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
    }
    leave_screen(ours);
    set_blocking(false);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved;
}
