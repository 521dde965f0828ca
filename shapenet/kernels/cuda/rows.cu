// Normalisation of the rows of a C-contiguous matrix: a block for each row. Sums of a thread are in T, of a block in
// double.
#include "common.cuh"
#include "reduce.cuh"

// Each row to mean 0 and variance 1; without means to a mean square of 1. Then times weight, plus bias, if given.
extern "C" __global__ void normalise_rows(
    const T* x, const T* weight, const T* bias, double eps, T* out, double* means, T* scales, INDEX rows, INDEX columns
) {
    for (INDEX row = blockIdx.x; row < rows; row += gridDim.x) {
        const T* from = x + row * columns;
        double mean = 0;
        if (means) {
            T shift = from[0], sum = 0;
            for (INDEX i = threadIdx.x; i < columns; i += FOUR * blockDim.x) {
                T values[FOUR];
                read_four(from, i, blockDim.x, columns, 1, shift, values);
                UNROLL for (int j = 0; j < FOUR; j++) sum += values[j] - shift;
            }
            mean = (double)shift + block_sum(sum) / (double)columns;
        }
        T middle = (T)mean, rest = (T)(mean - (double)middle), square = 0;
        for (INDEX begin = threadIdx.x; begin < columns; begin += FOUR * blockDim.x) {
            T values[FOUR];
            read_four(from, begin, blockDim.x, columns, 1, 0, values);
            UNROLL for (int j = 0; j < FOUR; j++) {
                INDEX i = begin + j * blockDim.x;
                T value = (values[j] - middle) - rest;
                if (i < columns) square += value * value;
            }
        }
        T scale = (T)(1 / sqrt(block_sum(square) / (double)columns + eps));
        for (INDEX i = threadIdx.x; i < columns; i += blockDim.x) {
            T value = ((from[i] - middle) - rest) * scale;
            if (weight) value *= weight[i];
            out[row * columns + i] = bias ? value + bias[i] : value;
        }
        if (threadIdx.x == 0) {
            if (means) means[row] = mean;
            scales[row] = scale;
        }
    }
}

// scale * (h - mean(h) - y * mean(h * y)), h = grad * weight, y the normalised row; without means no mean(h).
extern "C" __global__ void normalise_rows_gradient(
    const T* grad, const T* x, const T* weight, const double* means, const T* scales, T* out, INDEX rows, INDEX columns
) {
    for (INDEX row = blockIdx.x; row < rows; row += gridDim.x) {
        const T *from = x + row * columns, *given = grad + row * columns;
        double mean = means ? means[row] : 0.0;
        T middle = (T)mean, rest = (T)(mean - (double)middle), scale = scales[row], plain = 0, product = 0;
        for (INDEX begin = threadIdx.x; begin < columns; begin += FOUR * blockDim.x) {
            T grads[FOUR], values[FOUR];
            read_four(given, begin, blockDim.x, columns, 1, 0, grads);
            read_four(from, begin, blockDim.x, columns, 1, 0, values);
            UNROLL for (int j = 0; j < FOUR; j++) {
                INDEX i = begin + j * blockDim.x;
                if (i >= columns) continue;
                T h = weight ? grads[j] * weight[i] : grads[j];
                plain += h, product += h * (((values[j] - middle) - rest) * scale);
            }
        }
        T offset = (T)(block_sum(plain) / (double)columns), slope = (T)(block_sum(product) / (double)columns);
        if (!means) offset = 0;
        for (INDEX i = threadIdx.x; i < columns; i += blockDim.x) {
            T h = weight ? given[i] * weight[i] : given[i], y = ((from[i] - middle) - rest) * scale;
            out[row * columns + i] = (h - offset - y * slope) * scale;
        }
    }
}
