/*
 * memcpy() for x86-64 in place of musl's, whose `rep movsq` takes longer to begin than most copies
 * take here: YAML, JSON and terminfo are read in pieces of a few bytes.
 */
#include <stddef.h>
#include <stdint.h>

// Moves of a fixed size, which the compiler turns into an instruction each.
#define MOVE(bytes, to, from) __builtin_memcpy(to, from, bytes)

enum { ALL_REGISTERS = 64, ONE_REGISTER = 16 };

static void copy_small(unsigned char *to, const unsigned char *from, size_t len)
{
    // the two ends, which overlap in the middle
    if (len >= 8) {
        uint64_t head, tail;
        MOVE(8, &head, from);
        MOVE(8, &tail, from + len - 8);
        MOVE(8, to, &head);
        MOVE(8, to + len - 8, &tail);
    } else if (len >= 4) {
        uint32_t head, tail;
        MOVE(4, &head, from);
        MOVE(4, &tail, from + len - 4);
        MOVE(4, to, &head);
        MOVE(4, to + len - 4, &tail);
    } else if (len > 0) {
        unsigned char head = from[0], middle = from[len / 2], tail = from[len - 1];
        to[0] = head;
        to[len / 2] = middle;
        to[len - 1] = tail;
    }
}

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    unsigned char *t = to;
    const unsigned char *f = from;
    if (len < ONE_REGISTER) {
        copy_small(t, f, len);
        return to;
    }
    unsigned char *last = t + len - ONE_REGISTER;
    const unsigned char *last_from = f + len - ONE_REGISTER;
    for (; len >= ALL_REGISTERS; len -= ALL_REGISTERS, t += ALL_REGISTERS, f += ALL_REGISTERS) {
        MOVE(16, t, f);
        MOVE(16, t + 16, f + 16);
        MOVE(16, t + 32, f + 32);
        MOVE(16, t + 48, f + 48);
    }
    for (; len >= ONE_REGISTER; len -= ONE_REGISTER, t += ONE_REGISTER, f += ONE_REGISTER) {
        MOVE(16, t, f);
    }
    MOVE(16, last, last_from);
    return to;
}
