#include "app/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/disk.h"
#include "base/text.h"
#include "term/term.h"

// Seconds between looks at a program that was asked to end, and how many it may take.
enum { LOOK_S = 1, LOOKS_MAX = 10 };

static int pipe_read = -1, pipe_write = -1;
static volatile sig_atomic_t ending, looks;

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
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, signo);
    sigprocmask(SIG_UNBLOCK, &own, NULL);
    raise(signo);
    _exit(128 + signo); // as process 1 of a container, which no signal kills by itself
}

// The loop ends the program; but it may be in the middle of a write that nobody takes.
static void end_soon(int signo)
{
    if (!term_is_ours()) { // what the loop does with the terminal would stop the process instead
        die_restored(signo);
    }
    if (!ending) {
        ending = signo;
        alarm(LOOK_S);
    }
    pass_on(signo);
}

static void look_again(int signo)
{
    int saved = errno;
    if (!ending) {
        die_restored(signo);
    }
    looks++;
    if (looks >= LOOKS_MAX || !term_takes_output()) {
        die_restored(ending);
    }
    alarm(LOOK_S);
    errno = saved;
}

static void catch_signal(int signo, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(signo, &action, NULL);
}

static bool open_pipe(struct str *why)
{
    int fds[2];
    if (pipe(fds) != 0) {
        struct str reason;
        str_init(&reason);
        disk_add_error(&reason, errno);
        str_setf(why, _("cannot open a pipe: %s"), reason.text);
        str_finish(&reason);
        return false;
    }
    pipe_read = fds[0];
    pipe_write = fds[1];
    for (int i = 0; i < 2; i++) {
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
        fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

bool signals_open(struct str *why)
{
    if (!open_pipe(why)) {
        return false;
    }
    catch_signal(SIGWINCH, pass_on, SA_RESTART);
    catch_signal(SIGTSTP, pass_on, SA_RESTART);
    catch_signal(SIGALRM, look_again, SA_RESTART);
    const int ends[] = {SIGTERM, SIGHUP, SIGINT};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        catch_signal(ends[i], end_soon, SA_RESTART);
    }
    const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGTRAP, SIGSYS,
        SIGXCPU, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        catch_signal(fatal[i], die_restored, (int)SA_RESETHAND);
    }
    signal(SIGPIPE, SIG_IGN);
    return true;
}

int signals_fd(void)
{
    return pipe_read;
}

int signals_next(void)
{
    unsigned char byte;
    return read(pipe_read, &byte, 1) == 1 ? byte : 0;
}

void signals_close(void)
{
    alarm(0);
}
