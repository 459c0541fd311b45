#include "core/s3/object_store_listing.h"

#include <string.h>

enum { KEY_TEXT = 1025, ID_TEXT = 1024, ROUNDS_MAX = 10000 };
static const long STATUS_NOT_FOUND = 404;

/* What can be listed. */
struct listing {
    const char *element;            /* of the answer, one for each found */
    const char *id;                 /* inside it; NULL: the key alone names it */
    struct sign_pair query[2];      /* beside the prefix */
    const char *listing, *removing; /* for messages */
};

static const struct listing UPLOADS = {.element = "Upload",
                                       .id = "UploadId",
                                       .query = {{"uploads", ""}},
                                       .listing = "listing unfinished uploads",
                                       .removing = "aborting an unfinished upload"};
static const struct listing OBJECTS = {.element = "Contents",
                                       .query = {{"list-type", "2"}, {"max-keys", "500"}},
                                       .listing = "listing objects",
                                       .removing = "removing an object"};

/* One that is gone already is fine. */
static enum rc remove_one(struct http *h, const struct listing *l, struct span found,
                          const char *key, struct err *e)
{
    char id[ID_TEXT] = "";
    struct http_answer answer;
    struct http_request r = {.method = "DELETE", .key = key, .doing = l->removing};
    if (l->id != NULL && !http_xml_text(found, l->id, id, sizeof id))
        return err_set(e, RC_INFRA, "%s: the server does not say the id of %s", l->listing, key);
    if (l->id != NULL)
        r.query[0] = (struct sign_pair){"uploadId", id};
    enum rc rc = http_send(h, &r, &answer, e);
    if (rc == RC_OK)
        http_answer_release(&answer);
    return answer.status == STATUS_NOT_FOUND ? RC_OK : rc;
}

/* The first page of the list. *count says how many were removed. */
static enum rc remove_page(struct http *h, const struct listing *l, const char *prefix,
                           int64_t *count, struct err *e)
{
    char key[KEY_TEXT];
    struct http_answer answer;
    struct http_request r = {.method = "GET",
                             .query = {l->query[0], {"prefix", prefix}, l->query[1]},
                             .doing = l->listing};
    enum rc rc = http_send(h, &r, &answer, e);
    if (rc != RC_OK)
        return rc;
    struct span rest = buf_span(&answer.content);
    struct span found;
    *count = 0;
    while (rc == RC_OK && http_xml_next(&rest, l->element, &found)) {
        if (!http_xml_text(found, "Key", key, sizeof key) ||
            strncmp(key, prefix, strlen(prefix)) != 0)
            continue;
        rc = remove_one(h, l, found, key, e);
        *count += rc == RC_OK;
    }
    http_answer_release(&answer);
    return rc;
}

static enum rc remove_listed(struct http *h, const struct listing *l, const char *prefix,
                             int64_t *removed, struct err *e)
{
    for (int round = 0; round < ROUNDS_MAX; round++) {
        int64_t count = 0;
        enum rc rc = remove_page(h, l, prefix, &count, e);
        *removed += count;
        if (rc != RC_OK || count == 0)
            return rc;
    }
    return err_set(e, RC_INFRA, "%s: what was removed is listed again and again", l->listing);
}

enum rc listing_remove_all(struct http *h, const char *prefix, int64_t *removed, struct err *e)
{
    enum rc rc = remove_listed(h, &UPLOADS, prefix, removed, e);
    return rc == RC_OK ? remove_listed(h, &OBJECTS, prefix, removed, e) : rc;
}
