#include "term/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { DEADLINE_MS = 20000, CHUNK = 65536 };

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
    struct pty *p = user;
    if (prop == VTERM_PROP_ALTSCREEN) {
        p->on_alternate = value->boolean;
    }
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void start_screen(struct pty *p)
{
    p->vterm = vterm_new(p->rows, p->columns);
    assert_non_null(p->vterm);
    vterm_set_utf8(p->vterm, 1);
    p->screen = vterm_obtain_screen(p->vterm);
    vterm_screen_set_callbacks(p->screen, &callbacks, p);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
}

extern char **environ;

/** Becomes the program; only returns to _exit(). */
static void become(int slave, int alive, char *const argv[], char **env)
{
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    for (int fd = 0; fd <= 2; fd++) {
        dup2(slave, fd);
    }
    // stays open in the program, whose end closes it
    dup2(alive, 3);
    for (int fd = 4; fd < 256; fd++) {
        close(fd);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    environ = env;
    execvp(argv[0], argv);
    _exit(127);
}

void pty_start(struct pty *p, char *const argv[], char **env, int columns, int rows)
{
    *p = (struct pty){.columns = columns > 0 ? columns : 80, .rows = rows > 0 ? rows : 24};
    str_init(&p->output);
    start_screen(p);
    int slave = -1;
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    assert_int_equal(openpty(&p->master, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(slave, &p->modes), 0);
    int alive[2];
    assert_int_equal(pipe(alive), 0);
    p->alive = alive[0];
    p->pid = fork();
    assert_true(p->pid >= 0);
    if (p->pid == 0) {
        become(slave, alive[1], argv, env);
    }
    close(slave);
    close(alive[1]);
    fcntl(p->master, F_SETFD, FD_CLOEXEC);
    fcntl(p->master, F_SETFL, O_NONBLOCK);
    fcntl(p->alive, F_SETFD, FD_CLOEXEC);
}

void pty_finish(struct pty *p)
{
    if (!p->exited) {
        kill(p->pid, SIGKILL);
        kill(p->pid, SIGCONT);
        waitpid(p->pid, &p->status, 0);
    }
    if (p->master >= 0) {
        close(p->master);
    }
    close(p->alive);
    vterm_free(p->vterm);
    str_finish(&p->output);
}

void pty_send(struct pty *p, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(write(p->master, text, len), len);
}

void pty_resize(struct pty *p, int columns, int rows)
{
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    p->columns = columns;
    p->rows = rows;
    vterm_set_size(p->vterm, rows, columns);
    assert_int_equal(ioctl(p->master, TIOCSWINSZ, &size), 0);
}

void pty_hang_up(struct pty *p)
{
    close(p->master);
    p->master = -1;
}

/** Takes what the program wrote, if anything. */
static void receive(struct pty *p)
{
    static char bytes[CHUNK];
    ssize_t n;
    while (p->master >= 0 && (n = read(p->master, bytes, sizeof bytes)) > 0) {
        str_append(&p->output, bytes, (size_t)n);
        vterm_input_write(p->vterm, bytes, (size_t)n);
    }
}

/** Waits for the next bytes or the end; false at the deadline, or when there is nothing to come. */
static bool pump(struct pty *p, int64_t deadline_ms)
{
    if (p->exited) {
        return false;
    }
    int64_t left = deadline_ms - clock_steady_ms();
    struct pollfd fds[] = {
        {.fd = p->alive, .events = POLLIN},
        {.fd = p->master, .events = POLLIN},
    };
    if (left <= 0) {
        return false;
    }
    // a terminal nobody has open polls as hung up again and again
    if (poll(fds, 2, (int)left) > 0 && fds[0].revents) {
        waitpid(p->pid, &p->status, 0);
        p->exited = true;
    }
    receive(p);
    return true;
}

static bool stands(const struct pty *p, const char *text)
{
    int x, y;
    return pty_find(p, text, &x, &y);
}

/** Says what was waited for in vain, and what there is instead. */
static void tell(const struct pty *p, const char *what, const char *how)
{
    struct str s;
    str_init(&s);
    str_addf(&s, "waited for '%s' to %s; the program ", what, how);
    if (!p->exited) {
        str_add(&s, "is running");
    } else if (WIFSIGNALED(p->status)) {
        str_addf(&s, "was killed by signal %d", WTERMSIG(p->status));
    } else {
        str_addf(&s, "exited with %d", WEXITSTATUS(p->status));
    }
    str_add(&s, "; the screen is\n");
    pty_add_screen(p, &s);
    print_message("%s\n", s.text);
    str_finish(&s);
}

static bool wait_for(struct pty *p, const char *text, bool wanted)
{
    int64_t deadline = clock_steady_ms() + DEADLINE_MS;
    while (stands(p, text) != wanted) {
        if (!pump(p, deadline)) {
            tell(p, text, wanted ? "appear" : "go");
            return false;
        }
    }
    return true;
}

bool pty_wait_text(struct pty *p, const char *text)
{
    return wait_for(p, text, true);
}

bool pty_wait_no_text(struct pty *p, const char *text)
{
    return wait_for(p, text, false);
}

bool pty_wait_output(struct pty *p, size_t from, const char *text)
{
    int64_t deadline = clock_steady_ms() + DEADLINE_MS;
    while (!strstr(p->output.text + from, text)) {
        if (!pump(p, deadline)) {
            tell(p, text, "be sent");
            return false;
        }
    }
    return true;
}

bool pty_wait_exit(struct pty *p)
{
    int64_t deadline = clock_steady_ms() + DEADLINE_MS;
    while (!p->exited && pump(p, deadline)) {
    }
    if (!p->exited) {
        tell(p, "the program", "end");
    }
    return p->exited;
}

VTermScreenCell pty_cell(const struct pty *p, int x, int y)
{
    VTermScreenCell cell = {0};
    vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x}, &cell);
    return cell;
}

void pty_add_row(const struct pty *p, int y, struct str *out)
{
    size_t start = out->len;
    for (int x = 0; x < p->columns;) {
        VTermScreenCell cell = pty_cell(p, x, y);
        if (!cell.chars[0]) {
            str_addc(out, ' ');
        }
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            utf8_add(out, cell.chars[i]);
        }
        x += cell.width > 1 ? cell.width : 1;
    }
    while (out->len > start && out->text[out->len - 1] == ' ') {
        out->text[--out->len] = '\0';
    }
}

void pty_add_screen(const struct pty *p, struct str *out)
{
    for (int y = 0; y < p->rows; y++) {
        pty_add_row(p, y, out);
        str_addc(out, '\n');
    }
}

bool pty_find(const struct pty *p, const char *text, int *x, int *y)
{
    struct str row;
    str_init(&row);
    bool found = false;
    for (int i = 0; i < p->rows && !found; i++) {
        str_clear(&row);
        pty_add_row(p, i, &row);
        const char *at = strstr(row.text, text);
        if (at) {
            found = true;
            *y = i;
            *x = 0;
            for (const char *q = row.text; q < at; utf8_next(&q)) {
                ++*x;
            }
        }
    }
    str_finish(&row);
    return found;
}

struct termios pty_modes(const struct pty *p)
{
    struct termios modes = {0};
    assert_int_equal(tcgetattr(p->master, &modes), 0);
    return modes;
}

/** Whether an SGR parameter is about colours: 30-49, 90-107, and what they start. */
static bool is_color(int parameter)
{
    return (parameter >= 30 && parameter <= 49) || (parameter >= 90 && parameter <= 107);
}

bool pty_saw_color(const struct pty *p)
{
    const char *end = p->output.text + p->output.len;
    for (const char *s = p->output.text; s + 1 < end; s++) {
        if (s[0] != '\033' || s[1] != '[') {
            continue;
        }
        bool color = false;
        int parameter = 0;
        for (s += 2; s < end && (*s == ';' || *s == ':' || (*s >= '0' && *s <= '9')); s++) {
            if (*s >= '0' && *s <= '9') {
                parameter = parameter * 10 + (*s - '0');
            } else {
                color = color || is_color(parameter);
                parameter = 0;
            }
        }
        if (s < end && *s == 'm' && (color || is_color(parameter))) {
            return true;
        }
    }
    return false;
}
