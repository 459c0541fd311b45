/* assay report: every report of a result folder again, from the records in it. */
#include "cli/commands.h"
#include "cli/report_print.h"

static const struct option_row OPTIONS[] = {
    {.name = "--json", .help = "print summary.json instead of the table"},
    {.name = NULL},
};

static enum rc run_report(const struct args *a, struct err *e)
{
    if (a->operand_count != 1)
        return err_set(e, RC_INPUT, "report: takes one result folder, and got %zu operands",
                       a->operand_count);
    return report_make_and_print(a->operands[0], args_has(a, "--json"), e);
}

const struct command CMD_REPORT = {
    .name = "report",
    .operands = "DIR",
    .says = "make every report of a result folder again from its records",
    .about =
        "Reads trials.jsonl and hist/ in DIR and writes every report and plots/, then prints the\n"
        "table. Works on what a killed run left: a last line that is cut off is dropped and said.\n"
        "Records are never changed.",
    .examples = "  assay report results/20261121-071500-quick\n"
                "  assay report --json DIR     # the summary, for programs",
    .options = OPTIONS,
    .run = run_report,
};
