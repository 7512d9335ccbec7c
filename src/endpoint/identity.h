/**
 * Who asks, and where: what tells two sources apart that may answer the same query differently.
 */
#ifndef RAGTOP_ENDPOINT_IDENTITY_H
#define RAGTOP_ENDPOINT_IDENTITY_H

#include "base/str.h"
#include "endpoint/endpoint.h"

/**
 * Appends everything about SOURCE that decides what is seen there: address, parameters, way,
 * tenant, headers and whoever asks. It holds secrets: hash it and wipe it. Secrets that rotate
 * count as whom they name, see identity_add_token().
 */
void identity_add(struct str *out, const struct endpoint *source);

/**
 * Appends whom TOKEN names: issuer and subject where it is a JWT that has both, so that its
 * successor is the same; else all of it. What is before its last blank is not looked into.
 */
void identity_add_token(struct str *out, const char *token);

/** Overwrites and frees what holds secrets. */
void identity_wipe(struct str *s);

#endif
