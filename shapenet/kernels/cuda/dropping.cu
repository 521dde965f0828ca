// Elements dropped at random. Which ones is a function of a key and of their numbers alone.
#include "common.cuh"

#define LANES 256

// Four random words of 32 bits for a counter. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
// (2011), section 3.3: Philox-4x32-10.
__device__ static inline void philox(unsigned words[4], unsigned low, unsigned high) {
    for (int round = 0; round < 10; round++) {
        unsigned long long first = (unsigned long long)words[0] * 0xD2511F53u;
        unsigned long long second = (unsigned long long)words[2] * 0xCD9E8D57u;
        words[0] = (unsigned)(second >> 32) ^ words[1] ^ low;
        words[1] = (unsigned)second;
        words[2] = (unsigned)(first >> 32) ^ words[3] ^ high;
        words[3] = (unsigned)first;
        low += 0x9E3779B9u, high += 0xBB67AE85u;
    }
}

// x, or 1 without it, times 0 where a word is below the threshold, else times scale. LANES counters serve four times as
// many elements: their first words the first LANES of them, and so on, so that neighbours in a warp are so in memory.
extern "C" __global__ void drop(
    const T* x, T* out, INDEX count, INDEX counters, unsigned long long key, unsigned threshold, T scale
) {
    EACH(counter, counters) {
        unsigned long long number = counter;
        unsigned words[4] = {(unsigned)number, (unsigned)(number >> 32), 0, 0};
        philox(words, (unsigned)key, (unsigned)(key >> 32));
        INDEX first = counter / LANES * 4 * LANES + counter % LANES;
        T values[4];  // all are read before the first is written, and are under way at once
        UNROLL for (int word = 0; word < 4; word++) {
            INDEX i = first + word * LANES;
            values[word] = x && i < count ? x[i] : (T)1;
        }
        UNROLL for (int word = 0; word < 4; word++) {
            INDEX i = first + word * LANES;
            if (i < count) out[i] = values[word] * (words[word] < threshold ? (T)0 : scale);
        }
    }
}
