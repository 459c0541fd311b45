#include "bench/workload/records/records_shared.h"

static void *behind(const void *from, uint64_t bytes)
{
    return (char *)(uintptr_t)from + bytes;
}

int64_t *records_start_offsets(const struct records_spec *s)
{
    return behind(s, s->start_at);
}

int64_t *records_end_offsets(const struct records_spec *s)
{
    return behind(s, s->end_at);
}

struct sent_entry *sender_entries(struct sender_region *r)
{
    return behind(r, r->entries_at);
}

struct received_entry *receiver_entries(struct receiver_region *r)
{
    return behind(r, r->entries_at);
}

int64_t *receiver_read_up_to(struct receiver_region *r)
{
    return behind(r, r->read_up_to_at);
}

size_t records_list_bytes(const struct records_spec *s)
{
    return (size_t)s->partitions * sizeof(int64_t);
}

size_t sender_region_bytes(const struct records_spec *s, size_t own_bytes)
{
    return own_bytes + (size_t)s->messages * sizeof(struct sent_entry);
}

size_t receiver_region_bytes(const struct records_spec *s, size_t own_bytes)
{
    return own_bytes + records_list_bytes(s) +
           ledger_received_room(s->messages, s->shared_topic) * sizeof(struct received_entry);
}

const struct records_spec *records_spec_of(const struct flow *f)
{
    return ((const struct records_state *)f->state)->spec;
}
