#include "reports/stats/looks.h"

#include "reports/stats/normal.h"

#include <math.h>

const size_t LOOK_BLOCKS[LOOKS] = {8, 12, 16, 24};

/* Blocks at look `look`: those listed that lie before `most`, then `most`. */
static size_t blocks_at(size_t look, size_t most)
{
    return look < LOOKS && LOOK_BLOCKS[look] < most ? LOOK_BLOCKS[look] : most;
}

bool look_at(size_t blocks, size_t most, size_t *look)
{
    for (size_t i = 0; blocks <= most && i <= LOOKS; i++) {
        if (blocks_at(i, most) == blocks) {
            *look = i;
            return true;
        }
    }
    return false;
}

size_t look_next(size_t blocks, size_t most)
{
    size_t look = 0;
    while (blocks_at(look, most) <= blocks && blocks_at(look, most) < most)
        look++;
    return blocks_at(look, most);
}

/* What may be spent up to `blocks` of `most`. */
static double spent(size_t blocks, size_t most, double alpha)
{
    if (blocks >= most)
        return alpha;
    double t = (double)blocks / (double)most;
    return 2 * normal_tail(normal_tail_z(alpha / 2) / sqrt(t));
}

double look_alpha(size_t look, size_t most, double alpha)
{
    size_t blocks = blocks_at(look, most);
    size_t before = look > 0 ? blocks_at(look - 1, most) : 0;
    return spent(blocks, most, alpha) - (before > 0 ? spent(before, most, alpha) : 0);
}
