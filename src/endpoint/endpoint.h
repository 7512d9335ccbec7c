/**
 * How a server is reached: its address, the way there, and who asks. One struct from the settings
 * to libcurl. It is filled from several places; credentials stay with the server that they were
 * given for.
 */
#ifndef RAGTOP_ENDPOINT_ENDPOINT_H
#define RAGTOP_ENDPOINT_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/** A header whose value is in a file. */
struct header_file {
    char *name, *file;
};

/** Certificates or a key: at most one of a file and its text. */
struct pem {
    char *file, *text;
};

/** An address where a Prometheus may be, with the pod's own credentials for it, or NULL. */
struct endpoint_candidate {
    char *url, *token_file, *ca_file;
};

/**
 * Where and how to ask. Every text may be NULL. Files with secrets are read again for every
 * request, as they rotate.
 */
struct endpoint {
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
    struct header_file *header_files;
    size_t header_files_count;
    struct pem ca, cert, key;
    char *server_name;    /**< that the certificate is for; NULL: that of the URL */
    int tls_min, tls_max; /**< 10 to 13 for TLS 1.0 to 1.3; 0: any */
    char *proxy, *no_proxy;
    bool no_environment_proxy;
    bool stay;     /**< redirects are not followed */
    bool get_only; /**< requests are never posted */
    bool http2;
    bool insecure;    /**< certificates are not verified; then said on screen */
    bool netrc;       /**< the user is to be looked up */
    char *secrets_in; /**< a settings file with secrets in it */
    int64_t timeout_ms;
    struct endpoint_candidate *candidates; /**< to be tried in turn: no address was given */
    size_t candidates_count;
};

/**
 * Takes the address TEXT and the credentials in it. When it leads to another server than the
 * address before, what was set for that one alone is dropped: credentials, headers, the client's
 * certificate, the name in the server's, and that this is not verified.
 *
 * False with *WHY worded to follow "TEXT is"; *S is untouched then.
 */
bool endpoint_set_url(struct endpoint *s, const char *text, struct str *why);

/**
 * Authenticates by USER ("name:password") or TOKEN_FILE, the other being NULL, and no other way.
 * Both NULL: nothing changes.
 */
void endpoint_set_auth(struct endpoint *s, const char *user, const char *token_file);

/** Whether anything says who asks. */
bool endpoint_has_auth(const struct endpoint *s);

/** Forgets every way to say who asks, but not the headers. */
void endpoint_drop_auth(struct endpoint *s);

/** Has S say who asks as FROM does, which no longer does. */
void endpoint_take_auth(struct endpoint *s, struct endpoint *from);

/** Sends HEADER, `Name: value`, in place of the first with the same name. */
void endpoint_add_header(struct endpoint *s, const char *header);

/** Sends HEADER, `Name: value`, beside others. */
void endpoint_append_header(struct endpoint *s, const char *header);

/** Sends a header called NAME with what is in FILE, beside others. */
void endpoint_append_header_file(struct endpoint *s, const char *name, const char *file);

/** No longer sends headers called NAME. */
void endpoint_drop_header(struct endpoint *s, const char *name);

/** Replaces *FIELD by a copy of TEXT; NULL: nothing changes. */
void endpoint_set_text(char **field, const char *text);

/** Makes *OUT a copy of S, but for its candidates. */
void endpoint_copy(struct endpoint *out, const struct endpoint *s);

/** Frees it all and zeroes it. */
void endpoint_finish(struct endpoint *s);

/** Whether USER is "name:password" without control characters. */
bool endpoint_is_user(const char *user);

/** Whether TEXT is `Name: value` on one line; false with *WHY worded to follow "TEXT is". */
bool endpoint_is_header(const char *text, struct str *why);

/** Remembers that the file NAME itself holds secrets. */
void endpoint_note_secrets(struct endpoint *s, const char *name);

#endif
