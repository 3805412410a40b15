/* A ufunc's inner loop that calls the original loop and then changes its result's last digits. */

#include <stdint.h>
#include <stdlib.h>

typedef void Loop(char **addresses, const intptr_t *sizes, const intptr_t *steps, void *data);

enum { MOST = 8 }; /* operands of a ufunc, and core dimensions of one of them */

typedef struct {
    Loop *original;
    void *data;
    int nin, nargs;
    int arithmetic;         /* + - * / of two operands of the type of the result */
    int floats[MOST];       /* how many floats an item of each operand has: 0, 1 or 2 */
    int core_count[MOST];   /* how many core dimensions each operand has, */
    int core[MOST][MOST];   /* which they are, counted from 0, */
    int core_steps[MOST];   /* and where their steps begin among all steps */
} Replaced;

static uint64_t state = 1;
static uint64_t units = 40;

void seed(uint64_t value, uint64_t most_units)
{
    state = 2 * value + 1;
    units = most_units;
}

static int64_t noise(void)
{
    state ^= state >> 12; /* xorshift64* */
    state ^= state << 25;
    state ^= state >> 27;
    uint64_t random = (state * 2685821657736338717ULL) >> 32; /* below 2^32 */
    return (int64_t)((random * (2 * units + 1)) >> 32) - (int64_t)units;
}

/* Few digits: the last 16 bits of 53 are zero, as they are in infinity and NaN. */
static int is_short(const char *address, int floats)
{
    const int64_t *bits = (const int64_t *)address;
    return !(bits[0] & 0xFFFF) && (floats == 1 || !(bits[1] & 0xFFFF));
}

static void change_item(char *address, int floats)
{
    int64_t *bits = (int64_t *)address;
    for (int i = 0; i < floats; i++) {
        int tiny = !(bits[i] & 0x7FF0000000000000); /* fewer than 53 bits are left to change */
        if ((bits[i] & 0xFFFF) && !tiny)
            bits[i] += noise();
    }
}

void change(char *address, intptr_t count, int floats)
{
    for (intptr_t i = 0; i < count; i++)
        change_item(address + 8 * floats * i, floats);
}

static void change_core(const Replaced *r, int place, int depth, char *address,
                        const intptr_t *sizes, const intptr_t *steps)
{
    if (depth == r->core_count[place]) {
        change_item(address, r->floats[place]);
        return;
    }
    intptr_t step = steps[r->core_steps[place] + depth];
    for (intptr_t i = 0; i < sizes[1 + r->core[place][depth]]; i++)
        change_core(r, place, depth + 1, address + i * step, sizes, steps);
}

void disturbed_loop(char **addresses, const intptr_t *sizes, const intptr_t *steps, void *data)
{
    const Replaced *r = data;
    intptr_t count = sizes[0];
    int single = count && !steps[r->nin]; /* a sum, or one item */
    char *stays = NULL, *results[MOST];
    for (int place = r->nin; place < r->nargs; place++)
        results[place] = addresses[place]; /* loops over matrices move the addresses on */
    /* Before the loop, which may write over its operands. */
    if (r->arithmetic && (!single || count == 1) && (stays = malloc(count))) {
        for (intptr_t i = 0; i < count; i++)
            stays[i] = is_short(addresses[0] + i * steps[0], r->floats[0])
                       && is_short(addresses[1] + i * steps[1], r->floats[1]);
    }
    r->original(addresses, sizes, steps, r->data);
    for (int place = r->nin; place < r->nargs; place++) {
        if (!r->floats[place])
            continue;
        for (intptr_t i = 0; i < (single ? 1 : count); i++)
            if (!stays || !stays[i])
                change_core(r, place, 0, results[place] + i * steps[place], sizes, steps);
    }
    free(stays);
}
