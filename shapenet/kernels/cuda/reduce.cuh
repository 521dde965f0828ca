// Sums and maxima over the threads of a block, in an order that is always the same. All threads must take part.

#define WARP 32
#define ALL 0xffffffffu

__device__ static inline int thread_of_block() { return threadIdx.y * blockDim.x + threadIdx.x; }

// Blocks have a multiple of 32 threads.
__device__ static inline double block_sum(double value) {
    __shared__ double parts[WARP];
    for (int away = WARP / 2; away > 0; away /= 2) value += __shfl_xor_sync(ALL, value, away);
    int thread = thread_of_block(), warps = blockDim.x * blockDim.y / WARP;
    __syncthreads();  // whoever still reads the last sum
    if (thread % WARP == 0) parts[thread / WARP] = value;
    __syncthreads();
    value = 0;
    for (int i = 0; i < warps; i++) value += parts[i];
    return value;
}

__device__ static inline T greater(T a, T b) { return a > b || a != a ? a : b; }  // a NaN is the greatest

__device__ static inline T block_max(T value) {
    __shared__ T parts[WARP];
    for (int away = WARP / 2; away > 0; away /= 2) value = greater(value, __shfl_xor_sync(ALL, value, away));
    int thread = thread_of_block(), warps = blockDim.x * blockDim.y / WARP;
    __syncthreads();
    if (thread % WARP == 0) parts[thread / WARP] = value;
    __syncthreads();
    value = parts[0];
    for (int i = 1; i < warps; i++) value = greater(value, parts[i]);
    return value;
}

// The sum over the threads of one column; it is right in those with threadIdx.y == 0.
__device__ static inline double column_sum(double value) {
    __shared__ double parts[256];
    int thread = thread_of_block();
    __syncthreads();
    parts[thread] = value;
    __syncthreads();
    for (unsigned away = blockDim.y / 2; away > 0; away /= 2) {
        if (threadIdx.y < away) parts[thread] += parts[thread + away * blockDim.x];
        __syncthreads();
    }
    return parts[thread];
}
