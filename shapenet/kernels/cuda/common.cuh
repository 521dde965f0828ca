// What all kernels share. T is float or double; INDEX is int, or long long where an array is too large for it.
typedef ELEMENT_TYPE T;
typedef INDEX_TYPE INDEX;

// Every element of some, for the threads of the whole grid together: neighbours in a warp are neighbours in memory.
#define EACH(i, count) \
    for (INDEX i = (INDEX)blockIdx.x * blockDim.x + threadIdx.x; i < (count); i += (INDEX)blockDim.x * gridDim.x)

// Before a loop that is written out in full. (The C++ compiler, for which speed does not matter, has no such word.)
#ifdef __CUDACC_RTC__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL
#endif

// What a thread reads or writes at once: with single elements too little would be under way to keep the memory busy.
struct alignas(16) Pack {
    T at[16 / sizeof(T)];
};
#define PACK ((INDEX)(16 / sizeof(T)))
#define EACH_OF_PACK(j) UNROLL for (int j = 0; j < (int)PACK; j++)
__device__ static inline bool packed(const T* x) { return (unsigned long long)x % sizeof(Pack) == 0; }
__device__ static inline Pack& pack(T* x, INDEX i) { return *reinterpret_cast<Pack*>(x + i); }
__device__ static inline const Pack& pack(const T* x, INDEX i) { return *reinterpret_cast<const Pack*>(x + i); }

// Four elements that one thread adds up, number i of count and every so manieth after it, which lie so far apart. All reads
// are under way before the first is needed; beyond the end there is what is said.
#define FOUR 4
__device__ static inline void read_four(
    const T* from, INDEX i, INDEX step, INDEX count, INDEX apart, T beyond, T (&to)[FOUR]
) {
    UNROLL for (int j = 0; j < FOUR; j++) {
        INDEX place = i + j * step;
        to[j] = place < count ? from[place * apart] : beyond;
    }
}

// The coordinates of element i of some with these sizes, the last of which runs fastest.
__device__ static inline INDEX last_of(INDEX& i, INDEX size) {
    INDEX rest = i / size, place = i - rest * size;
    i = rest;
    return place;
}
