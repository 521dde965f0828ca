// What all kernels share. T is float or double; INDEX is int, or long long where an array is too large for it.
typedef ELEMENT_TYPE T;
typedef INDEX_TYPE INDEX;

// Every element of some, for the threads of the whole grid together: neighbours in a warp are neighbours in memory.
#define EACH(i, count) \
    for (INDEX i = (INDEX)blockIdx.x * blockDim.x + threadIdx.x; i < (count); i += (INDEX)blockDim.x * gridDim.x)

// The coordinates of element i of some with these sizes, the last of which runs fastest.
__device__ static inline INDEX last_of(INDEX& i, INDEX size) {
    INDEX rest = i / size, place = i - rest * size;
    i = rest;
    return place;
}

// Before a loop that is written out in full. (The C++ compiler, for which speed does not matter, has no such word.)
#ifdef __CUDACC_RTC__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL
#endif
