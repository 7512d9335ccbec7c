#include "app/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/check.h"
#include "term/term.h"

static int pipe_read = -1, pipe_write = -1;

static void pass_on(int signo)
{
    int saved = errno;
    unsigned char byte = (unsigned char)signo;
    // a full pipe already holds enough signals to act upon
    ssize_t ignored = write(pipe_write, &byte, 1);
    (void)ignored;
    errno = saved;
}

static void die_restored(int signo)
{
    term_restore_in_handler();
    signal(signo, SIG_DFL);
    raise(signo);
}

static void catch_signal(int signo, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(signo, &action, NULL);
}

int signals_open(void)
{
    int fds[2];
    check(pipe(fds) == 0);
    pipe_read = fds[0];
    pipe_write = fds[1];
    for (int i = 0; i < 2; i++) {
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
        fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    }
    const int caught[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP};
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        catch_signal(caught[i], pass_on, SA_RESTART);
    }
    const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        catch_signal(fatal[i], die_restored, (int)SA_RESETHAND);
    }
    signal(SIGPIPE, SIG_IGN);
    return pipe_read;
}

int signals_next(void)
{
    unsigned char byte;
    return read(pipe_read, &byte, 1) == 1 ? byte : 0;
}
