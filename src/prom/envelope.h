/**
 * What every answer of the Prometheus HTTP API has around its data: whether it went well, and if
 * not, why.
 */
#ifndef RAGTOP_PROM_ENVELOPE_H
#define RAGTOP_PROM_ENVELOPE_H

#include "base/str.h"
#include "prom/json.h"

enum { PROM_TEXT_MAX = 200 };

enum prom_status {
    PROM_OK,
    PROM_REFUSED,      /**< the query: bad PromQL, too many samples; asking others may work */
    PROM_UNAUTHORIZED, /**< 401 or 403 */
    PROM_BUSY,         /**< 429 or 503: try later */
    PROM_FAILED,       /**< another HTTP error */
    PROM_FOREIGN,      /**< no Prometheus API answers there */
};

/** The members of an answer that matter. */
enum envelope_part {
    ENVELOPE_STATUS,
    ENVELOPE_DATA,
    ENVELOPE_ERROR,
    ENVELOPE_ERROR_TYPE,
    ENVELOPE_WARNINGS,
    ENVELOPE_INFOS,
    ENVELOPE_PARTIAL,     /**< isPartial: true, of VictoriaMetrics in a cluster */
    ENVELOPE_RESULT_TYPE, /**< of the data */
    ENVELOPE_RESULT,      /**< of the data */
    ENVELOPE_STATS,       /**< of the data, where they were asked for */
    ENVELOPE_PARTS,
};

/** An answer that is being opened. */
struct envelope {
    long status; /**< of HTTP */
    const char *body;
    size_t len;
    struct json_check check;
    struct json_mark parts[ENVELOPE_PARTS]; /**< where each value begins, once checked */
};

/** Begins with HTTP STATUS and LEN bytes of BODY, which has a NUL behind it and stays. */
void envelope_init(struct envelope *e, long status, const char *body, size_t len);

/** Checks about BYTES more. Returns whether all is checked. */
bool envelope_step(struct envelope *e, size_t bytes);

/** What a checked answer is; on PROM_OK it has data, else *WHY is a clause. */
enum prom_status envelope_judge(const struct envelope *e, struct str *why);

/** A copy of the text at AT that is fit to be shown, at most PROM_TEXT_MAX bytes of it; NULL when
 * it is no text. The caller frees. */
char *envelope_text(const char *at);

/** The same of a sentence: what is too long ends with a word and an ellipsis. */
char *envelope_sentence(const char *at);

#endif
