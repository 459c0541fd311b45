/*
 * --set FIELD=VALUE: a value put into a scenario's document before it is read.
 *
 * FIELD is a path as messages show it: "blocks", "batching.linger", "payloads[0].cut"; VALUE is
 * YAML. What is put there is checked like the rest, and blamed on "--set FIELD=VALUE". A missing
 * key of a map is added; an index must stand in the list already. Threads: one owner.
 */
#ifndef ASSAY_SCENARIOS_YAML_OVERRIDE_H
#define ASSAY_SCENARIOS_YAML_OVERRIDE_H

#include "scenarios/yaml/node.h"

enum rc override_apply(struct node *top, const char *text, struct err *e) MUST_CHECK;

#endif
