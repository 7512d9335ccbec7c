/**
 * What a pod knows of the Kubernetes cluster that it runs in, and where a Prometheus usually is
 * there: the services of kube-prometheus, of its helm charts and of OpenShift.
 */
#ifndef RAGTOP_CONFIG_CLUSTER_H
#define RAGTOP_CONFIG_CLUSTER_H

#include <stdbool.h>

#include "config/input.h"
#include "endpoint/endpoint.h"

/**
 * Inside a cluster, fills S's candidates, the likely ones first. False outside. The pod's own
 * account is in /var/run/secrets/kubernetes.io/serviceaccount, or where RAGTOP_SERVICEACCOUNT says.
 */
bool cluster_find(struct endpoint *s, const struct config_input *input);

/**
 * Whether S may use the pod's account at a server of the cluster: no other credentials are given,
 * and the server's certificate is verified.
 */
bool cluster_lends_account(const struct endpoint *s);

/**
 * If S's address is the cluster's own API server, S uses the pod's account, where it may. Its path
 * to a service, .../services/NAME/proxy, is asked by GET alone, which those who may look are more
 * often allowed. False when the account was withheld because the certificate is not verified.
 */
bool cluster_use_account(struct endpoint *s, const struct config_input *input);

/** Makes candidate I the address of S, with the credentials for it. */
void cluster_choose(struct endpoint *s, size_t i);

#endif
