#include "base/room.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { ROUND = 16 };

/** How many of COUNT descriptors are available, found by taking them; inherited ones count. */
static size_t count_free(size_t count)
{
    int *taken = mem_zalloc(count, sizeof *taken);
    size_t n = 0;
    while (n < count && (taken[n] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)) >= 0) {
        n++;
    }
    for (size_t i = 0; i < n; i++) {
        close(taken[i]);
    }
    free(taken);
    return n;
}

// False when it is as high as it may be.
static bool raise_limit(size_t missing)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) {
        return false;
    }
    rlim_t wanted = limit.rlim_cur + missing;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

bool room_for_files(size_t count, const char *purpose, struct str *why)
{
    size_t found = count_free(count);
    while (found < count && raise_limit(count - found)) {
        found = count_free(count); // what was inherited may lie above the limit as it was
    }
    if (found < count) {
        struct rlimit limit = {0};
        getrlimit(RLIMIT_NOFILE, &limit);
        unsigned long long most = limit.rlim_cur;
        str_setf(why,
            _("%s needs more than %llu open files: raise the limit with `ulimit -n %llu`"), purpose,
            most, (most + (count - found) + ROUND - 1) / ROUND * ROUND);
    }
    return found == count;
}

bool room_is_none(void)
{
    return count_free(1) == 0;
}
