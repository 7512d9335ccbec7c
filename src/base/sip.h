/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a hash of which nothing can be learned without its
 * key.
 */
#ifndef RAGTOP_BASE_SIP_H
#define RAGTOP_BASE_SIP_H

#include <stddef.h>
#include <stdint.h>

enum { SIP_KEY_BYTES = 16 };

/** The hash of LEN BYTES under KEY. */
uint64_t sip_hash(const unsigned char key[SIP_KEY_BYTES], const void *bytes, size_t len);

#endif
