#include "core/s3/object_store_trouble.h"

#include "core/s3/object_store_http.h"

#include <stdio.h>
#include <string.h>

enum { CODE_TEXT = 64, MESSAGE_TEXT = 256 };
static const long STATUS_NOT_FOUND = 404, STATUS_CHANGED = 412, STATUS_REFUSED = 403;

struct refusal_row {
    const char *code;
    enum rc rc;
    const char *says; /* NULL: S3's own message */
};

static const struct refusal_row TROUBLES[] = {
    {"SignatureDoesNotMatch", RC_INPUT,
     "the signature does not match: the secret key is wrong, or the URL was altered"},
    {"InvalidAccessKeyId", RC_INPUT, "the server does not know this access key"},
    {"XAdminUserNotFound", RC_INPUT, "the server does not know this access key"}, /* versitygw */
    {"NoSuchBucket", RC_INPUT, "there is no such bucket"},
    {"RequestTimeTooSkewed", RC_INPUT, "this machine's clock and the server's differ too much"},
    {"ExpiredToken", RC_INPUT, "the session token has expired"},
    {"NoSuchKey", RC_INTEGRITY, "the object is not there (any more)"},
    {"PreconditionFailed", RC_INTEGRITY, "the object was replaced since it was stored"},
    {"NoSuchUpload", RC_INFRA, "the server has forgotten the upload"},
    {"EntityTooLarge", RC_INPUT, "the object is larger than the server takes"},
    {NULL, RC_INFRA, NULL},
};

static const struct refusal_row *find(const char *code)
{
    const struct refusal_row *row = TROUBLES;
    while (row->code != NULL && strcmp(row->code, code) != 0)
        row++;
    return row;
}

/* An answer without XML, to HEAD for one, has only its status. */
static const char *code_of(long status)
{
    if (status == STATUS_NOT_FOUND)
        return "NoSuchKey";
    if (status == STATUS_CHANGED)
        return "PreconditionFailed";
    return "";
}

enum rc store_trouble(const struct object_store_config *c, long status, struct span content,
                      struct err *e)
{
    char code[CODE_TEXT];
    char message[MESSAGE_TEXT];
    if (!http_xml_text(content, "Code", code, sizeof code))
        (void)snprintf(code, sizeof code, "%s", code_of(status));
    if (!http_xml_text(content, "Message", message, sizeof message))
        message[0] = '\0';
    const struct refusal_row *row = find(code);
    bool expired = status == STATUS_REFUSED && strstr(message, "expired") != NULL;
    if (expired)
        return err_set(e, RC_INPUT, "the presigned URL has expired (%s)", message);
    if (row->code != NULL && strcmp(row->code, "NoSuchBucket") == 0)
        return err_set(e, row->rc, "there is no bucket \"%s\" at %s", c->bucket, c->endpoint);
    if (row->says != NULL)
        return err_set(e, row->rc, "%s (HTTP %ld %s)", row->says, status, code);
    return err_set(e, status == STATUS_REFUSED ? RC_INPUT : RC_INFRA,
                   "%s refused it: HTTP %ld %s%s%s", c->endpoint, status, code,
                   message[0] != '\0' ? ": " : "", message);
}
