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
    int floats[MOST];       /* floats in one item of each operand: 0, 1 or 2 */
    int core_count[MOST];   /* number of core dimensions of each operand, */
    int core[MOST][MOST];   /* their indices, counted from 0, */
    int core_steps[MOST];   /* and the index of their first step */
} Replaced;

static uint64_t state = 1, drawn;
static int left; /* number of unused random bits in `drawn` */

void seed(uint64_t value)
{
    state = 2 * value + 1;
    left = 0;
}

/* A random number of units in the last place, from -32 to 31. */
static inline int64_t noise(void)
{
    if (left < 6) {
        state ^= state >> 12; /* xorshift64* */
        state ^= state << 25;
        state ^= state >> 27;
        drawn = state * 2685821657736338717ULL;
        left = 64;
    }
    int64_t units = (int64_t)(drawn & 63) - 32;
    drawn >>= 6;
    left -= 6;
    return units;
}

/* Few digits: the last 16 bits of 53 are zero, as they are in infinity and NaN. */
static inline int is_short(const char *address, int floats)
{
    const int64_t *bits = (const int64_t *)address;
    return !(bits[0] & 0xFFFF) && (floats == 1 || !(bits[1] & 0xFFFF));
}

static inline void change_item(char *address, int floats)
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
        for (intptr_t i = 0; i < (single ? 1 : count); i++) {
            if (stays && stays[i])
                continue;
            char *result = results[place] + i * steps[place];
            if (r->core_count[place])
                change_core(r, place, 0, result, sizes, steps);
            else
                change_item(result, r->floats[place]);
        }
    }
    free(stays);
}
