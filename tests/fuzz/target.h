/**
 * What a fuzz target is: one function that must not fail, whatever the bytes are. The first byte
 * chooses what is done with the rest.
 */
#ifndef RAGTOP_TESTS_FUZZ_TARGET_H
#define RAGTOP_TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Runs the target once (https://llvm.org/docs/LibFuzzer.html); returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
