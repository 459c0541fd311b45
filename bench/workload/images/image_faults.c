/* The faults that ASSAY_SABOTAGE plants on an image: what is sent differs from what the ledger has.
 */
#include "bench/trial/sabotage.h"
#include "bench/workload/images/image_sending.h"

#include <stdlib.h>
#include <string.h>

/* Outside the ledger; kept until the producer is closed. */
static enum rc plant_bytes(struct image_sending *s, const struct outgoing *like, struct span bytes,
                           struct err *e)
{
    if (s->planted_count == PLANTED_MAX)
        return RC_OK;
    struct outgoing *m = &s->planted[s->planted_count];
    *m = *like;
    m->size = bytes.size;
    m->value = malloc(bytes.size);
    if (m->value == NULL)
        return err_set(e, RC_INFRA, "out of memory for a planted message");
    memcpy(m->value, bytes.data, bytes.size);
    s->planted_count++;
    return image_sending_produce(s, m, IMAGE_NOT_IN_LEDGER, e);
}

static enum rc hold(struct image_sending *s, const struct outgoing *m, struct err *e)
{
    struct outgoing *more = realloc(s->held, (s->held_count + 1) * sizeof *more);
    if (more == NULL) {
        free(m->value);
        return err_set(e, RC_INFRA, "out of memory holding messages back");
    }
    s->held = more;
    s->held_image = m->image;
    s->held[s->held_count++] = *m;
    return RC_OK;
}

enum rc image_sending_release_one(struct image_sending *s, struct err *e)
{
    if (s->held_next == s->held_count)
        return RC_OK;
    return image_sending_hand_over(s, &s->held[s->held_next++], e);
}

enum rc image_sending_release_held(struct image_sending *s, struct err *e)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && s->held_next < s->held_count)
        rc = image_sending_release_one(s, e);
    return rc;
}

/* The first message of the image on which the fault was planted. */
enum rc image_sending_commit_fault(struct image_sending *s, const struct outgoing *m, struct err *e)
{
    enum rc rc = RC_OK;
    s->plant = false;
    switch ((enum sabotage)s->spec->records.sabotage) {
    case SABOTAGE_DUPLICATE:
        rc = plant_bytes(s, m, span_of(m->value, m->size), e);
        break;
    case SABOTAGE_ALIEN:
        rc = plant_bytes(s, m, span_str("a record of somebody else's"), e);
        break;
    case SABOTAGE_CORRUPT:
        m->value[m->size - 1] ^= 1;
        break;
    case SABOTAGE_REORDER:
        return hold(s, m, e);
    case SABOTAGE_INTERLEAVE:
        s->plant = true; /* all messages of this image */
        return hold(s, m, e);
    default:
        break;
    }
    if (rc == RC_OK)
        return image_sending_hand_over(s, m, e);
    free(m->value);
    return rc;
}
