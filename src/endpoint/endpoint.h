/**
 * How a server is reached: its address, the way there, and who asks.
 */
#ifndef RAGTOP_ENDPOINT_ENDPOINT_H
#define RAGTOP_ENDPOINT_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A header whose value is in a file. */
struct header_file_config {
    char *name, *file;
};

/** An address where a Prometheus may be, with the pod's own credentials for it, or NULL. */
struct source_candidate {
    char *url, *token_file, *ca_file;
};

/**
 * Where and how to ask. Every text may be NULL. Files with secrets are read again for every
 * request, as they rotate.
 */
struct source_config {
    char *url;    /**< without credentials; a path prefix is kept */
    bool assumed; /**< nobody gave the address: it is the usual one on this machine */
    char *params; /**< "a=b&c=d" that go with every request; may hold secrets */
    char *user;   /**< "name:password" */
    char *user_name_file, *password_file; /**< each instead of its half of the user */
    char *token, *bearer_token_file;      /**< one of them */
    char *token_type;                     /**< NULL: Bearer */
    char *netrc_file;                     /**< where the user is looked up by host */
    char *sigv4; /**< "aws:amz:REGION:SERVICE": requests are signed, and the user is the keys */
    char *aws_session_token;
    char *aws_file, *aws_profile; /**< where the keys are instead */
    char *tenant;                 /**< X-Scope-OrgID */
    char **headers;               /**< "Name: value" */
    size_t headers_count;
    struct header_file_config *header_files;
    size_t header_files_count;
    char *ca_file, *cert_file, *key_file;
    char *ca_text, *cert_text, *key_text; /**< PEM, instead of a file */
    char *server_name;                    /**< that the certificate is for; NULL: that of the URL */
    int tls_min, tls_max;                 /**< 10 to 13 for TLS 1.0 to 1.3; 0: any */
    char *proxy, *no_proxy;
    bool no_environment_proxy;
    bool stay;     /**< redirects are not followed */
    bool get_only; /**< requests are never posted */
    bool http2;
    bool insecure;    /**< certificates are not verified; then said on screen */
    bool netrc;       /**< the user is to be looked up */
    char *secrets_in; /**< a settings file with secrets in it */
    int64_t timeout_ms;
    struct source_candidate *candidates; /**< to be tried in turn: no address was given */
    size_t candidates_count;
};

#endif
