/**
 * Memory that ends when the test says so: one allocation of the process fails.
 *
 * In ordinary builds those of all libraries count. Sanitizers have an allocator of their own, so
 * there only the project's count, by the linker's --wrap; and what is left over is theirs to find.
 */
#ifndef RAGTOP_TESTS_MEM_SCARCE_H
#define RAGTOP_TESTS_MEM_SCARCE_H

/** Begins to count; the allocation number WHICH, from 1 on, fails. 0: none does. */
void scarce_begin(long which);

/** Allocations since. */
long scarce_count(void);

/** Blocks that were allocated since and not freed; -1: cannot be told. */
long scarce_left(void);

#endif
