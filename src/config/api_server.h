/**
 * The API server of the Kubernetes cluster that the program runs in, and which addresses lead
 * there. They get the pod's token without the user's asking for it, so hosts are compared whole.
 */
#ifndef RAGTOP_CONFIG_API_SERVER_H
#define RAGTOP_CONFIG_API_SERVER_H

#include <stdbool.h>

#include "base/str.h"
#include "config/input.h"

/** Appends its "host:port" as the environment has it. False outside a cluster. */
bool api_server_add_place(struct str *out, const struct config_input *input);

/**
 * Whether URL leads to it by https: the place in the environment, or its service, `kubernetes` in
 * the namespace `default`, on the port of https or the environment's. RESOLV is the text of
 * /etc/resolv.conf, or "", which tells the cluster's own domain.
 */
bool api_server_is(const char *url, const struct config_input *input, const char *resolv);

#endif
