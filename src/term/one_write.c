#include "term/one_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "term/rescue.h"
#include "term/stand_in.h"

// standard output is one per process, and so is this
static struct {
    int terminal; /**< where standard output goes; -1: nothing is kept back */
    int kept;     /**< the file in memory */
    bool begun, synchronized;
} out = {.terminal = -1, .kept = -1};

static const char before[] = "\x1b[?2026h", after[] = "\x1b[?2026l";

static int file_in_memory(void)
{
#ifdef SYS_memfd_create
    const unsigned close_on_exec = 1;
    return (int)syscall(SYS_memfd_create, "frame", close_on_exec);
#else
    return -1;
#endif
}

void one_write_open(void)
{
    out.kept = file_in_memory();
    out.terminal = out.kept < 0 ? -1 : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

void one_write_close(void)
{
    if (out.kept >= 0) {
        close(out.kept);
    }
    if (out.terminal >= 0) {
        close(out.terminal);
    }
    out.kept = -1;
    out.terminal = -1;
}

static void send(int fd, const char *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, bytes + done, len - done);
        if (n < 0 && errno != EINTR) {
            break;
        }
        done += n > 0 ? (size_t)n : 0;
    }
}

// A limit on the size of files, `ulimit -f`, is one of those in memory, too.
static bool may_grow(void)
{
    const rlim_t frame_most = 64 << 20;
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur >= frame_most;
}

bool one_write_can(void)
{
#ifdef SYS_memfd_create
    return may_grow();
#else
    return false;
#endif
}

void one_write_begin(bool synchronized)
{
    fflush(stdout);
    if (out.terminal < 0 || !may_grow() || ftruncate(out.kept, 0) != 0 ||
        lseek(out.kept, 0, SEEK_SET) != 0) {
        return;
    }
    if (synchronized) {
        send(out.kept, before, sizeof before - 1);
    }
    rescue_output(out.terminal);
    out.begun = dup2(out.kept, STDOUT_FILENO) >= 0;
    out.synchronized = synchronized;
    if (!out.begun) {
        rescue_output(STDOUT_FILENO);
    }
}

void one_write_end(void)
{
    if (!out.begun) {
        return;
    }
    fflush(stdout);
    out.begun = false;
    dup2(out.terminal, STDOUT_FILENO);
    rescue_output(STDOUT_FILENO);
    off_t empty = out.synchronized ? sizeof before - 1 : 0;
    if (lseek(out.kept, 0, SEEK_CUR) <= empty) {
        return;
    }
    if (out.synchronized) {
        send(out.kept, after, sizeof after - 1);
    }
    size_t len = (size_t)lseek(out.kept, 0, SEEK_CUR);
    char *bytes = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, out.kept, 0);
    if (bytes != MAP_FAILED) {
        stand_in_undo(bytes, len);
        send(STDOUT_FILENO, bytes, len);
        munmap(bytes, len);
    }
}

void one_write_past(const char *bytes, size_t len)
{
    fflush(stdout);
    send(STDOUT_FILENO, bytes, len);
}
