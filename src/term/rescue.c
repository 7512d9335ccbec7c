#include "term/rescue.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

// last: it makes macros of common words
#include <term.h>

enum { MAX_BYTES = 512 };

// a signal handler has nothing but globals to look at
static struct {
    struct termios modes;
    bool has_modes;
    char bytes[MAX_BYTES];
    size_t len;
    volatile sig_atomic_t armed, mouse;
} rescue;

void rescue_keep_modes(void)
{
    rescue.has_modes = tcgetattr(STDIN_FILENO, &rescue.modes) == 0;
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
    for (const char *p = "\x1b[?2004l"; *p; p++) { // pasted text is told apart; see term.c
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

void rescue_disarm(void)
{
    rescue.armed = 0;
}

static void write_all(const char *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = write(STDOUT_FILENO, bytes + done, len - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
}

void rescue_now(void)
{
    if (!rescue.armed) {
        return;
    }
    rescue.armed = 0;
    int saved = errno;
    // from the background, changing modes would stop the process instead of letting it die
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stops, &before);
    static const char no_mouse[] = "\x1b[?1006;1000l";
    if (rescue.mouse) {
        write_all(no_mouse, sizeof no_mouse - 1);
    }
    write_all(rescue.bytes, rescue.len);
    if (rescue.has_modes) {
        tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved;
}
