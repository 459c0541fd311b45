/*
 * YAML text into a tree of nodes that know where they stood.
 *
 * Refused here: what is not YAML 1.1 as libyaml reads it, a key that stands twice, keys that are
 * not text, tags, more than one document, an empty one, and documents past the limits below (an
 * alias counts as what it stands for, so neither cycles nor expansion get through).
 * Messages: "FILE:LINE: …". On failure *out is untouched, RC_INPUT. Threads: safe from any thread.
 */
#ifndef ASSAY_SCENARIOS_YAML_DOCUMENT_H
#define ASSAY_SCENARIOS_YAML_DOCUMENT_H

#include "base/span.h"
#include "scenarios/yaml/node.h"

enum { DOCUMENT_BYTES_MAX = 1 << 20, DOCUMENT_DEPTH_MAX = 8, DOCUMENT_NODES_MAX = 20000 };

/* origin is the name that messages show; numbered: with the line behind it. *out is the caller's
 * (node_free). */
enum rc document_parse(struct span text, const char *origin, bool numbered, struct node **out,
                       struct err *e) MUST_CHECK;
/* A file of at most DOCUMENT_BYTES_MAX bytes. */
enum rc document_read(const char *path, struct node **out, struct err *e) MUST_CHECK;

#endif
