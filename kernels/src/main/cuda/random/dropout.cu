// Dropout masks: mask = kept where the uniform number (key, i) is at least the rate, else 0.
//
// Writes n floats, reads nothing. Launch: one thread for each Philox block of four numbers, ⌈n/4⌉ in blocks of 256.
// The numbers have the bits of chainrule.backend.Philox, so a mask is the same on every backend.
#include "common.cuh"

/** Philox 4x32-10 (Salmon et al. 2011): ten rounds of two multiplications encrypt the counter (block, 0, 0, 0). */
KERNEL dropout_mask(unsigned n, unsigned keyLow, unsigned keyHigh, float rate, float kept, float* mask) {
    unsigned block = threadIndex();
    if (block >= n / 4 + (n % 4 != 0)) {
        return;
    }
    unsigned c0 = block, c1 = 0, c2 = 0, c3 = 0;
    for (int round = 0; round < 10; round++) {
        unsigned high0 = __umulhi(0xD2511F53u, c0), low0 = 0xD2511F53u * c0;
        unsigned high1 = __umulhi(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ keyLow;
        c1 = low1;
        c2 = high0 ^ c3 ^ keyHigh;
        c3 = low0;
        keyLow += 0x9E3779B9u;
        keyHigh += 0xBB67AE85u;
    }
    unsigned words[4] = {c0, c1, c2, c3};
    Pack<4> p;
    for (int k = 0; k < 4; k++) {
        p[k] = (words[k] >> 8) * 0x1p-24f >= rate ? kept : 0;
    }
    if (4 * block + 3 < n) {
        store(Width<4>(), mask, 4 * block, p);
    } else {
        for (int k = 0; k < 3; k++) {
            if (4 * block + k < n) {
                mask[4 * block + k] = p[k];
            }
        }
    }
}
