#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "term/clipboard.h"

enum { LOOK_EVERY_MS = 5 };

extern char **environ;

// With its own signals, whatever ours are, and nothing to say on the terminal.
static pid_t start(char *const *arguments, int input)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t child = -1;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (posix_spawnp(&child, arguments[0], &files, &attributes, arguments, environ) != 0) {
        child = -1;
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return child;
}

// A piece of the patience that is LEFT_MS, spent waiting for FD to take something; -1: for nothing.
static bool wait_a_little(int fd, int *left_ms)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    poll(&room, 1, LOOK_EVERY_MS);
    *left_ms -= LOOK_EVERY_MS;
    return *left_ms > 0;
}

static bool feed(int to, const char *text, size_t len, int *left_ms)
{
    while (len > 0) {
        ssize_t n = write(to, text, len);
        if (n > 0) {
            text += n;
            len -= (size_t)n;
        } else if ((n < 0 && errno != EAGAIN && errno != EINTR) || !wait_a_little(to, left_ms)) {
            return false;
        }
    }
    return true;
}

// Whether it ended well; one that takes too long is killed.
static bool ends_well(pid_t child, int *left_ms)
{
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && wait_a_little(-1, left_ms)) {
    }
    if (ended == 0) {
        kill(child, SIGKILL);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        return false;
    }
    return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(char *const *arguments, const char *text, size_t len, int *left_ms)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return false;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    pid_t child = start(arguments, ends[0]);
    close(ends[0]);
    bool fed = child > 0 && feed(ends[1], text, len, left_ms);
    close(ends[1]);
    return child > 0 && ends_well(child, left_ms) && fed;
}

bool clipboard_load_tmux(const char *text, size_t len, int wait_ms)
{
    char tmux[] = "tmux", load[] = "load-buffer", to_clipboard[] = "-w", input[] = "-";
    char *const on[] = {tmux, load, to_clipboard, input, NULL};
    char *const plain[] = {tmux, load, input, NULL}; // before 3.2 there is no -w
    return clipboard_in_tmux() && (run(on, text, len, &wait_ms) || run(plain, text, len, &wait_ms));
}
