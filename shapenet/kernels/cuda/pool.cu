// Pools of images N C H W to N C Y X, and their gradients, gathered: no two threads write to one place.
#include "common.cuh"

struct Pool {
    INDEX images, channels, image[2], output[2], step[2];  // step: between the elements of a window
    INDEX x[4], out[4];                                    // strides in elements: N C H W, N C Y X
    INDEX inside;                                          // whether the channels lie innermost
};

struct Place {
    INDEX n, c, row, column;
};

__device__ static inline Place place(INDEX i, INDEX channels, const INDEX* sizes, INDEX inside) {
    Place at;
    if (inside) at.c = last_of(i, channels);
    at.column = last_of(i, sizes[1]), at.row = last_of(i, sizes[0]);
    if (!inside) at.c = last_of(i, channels);
    at.n = i;
    return at;
}

// The windows of a side: for each output its first element and how many it has, and for each element the first output
// that may see it and the end of those.
#define WINDOWS const int* rows, const int* columns, const int* seen_rows, const int* seen_columns

__device__ static inline bool sees(const int* windows, INDEX output, INDEX element, INDEX step) {
    INDEX away = element - windows[2 * output];
    return away >= 0 && away % step == 0 && away / step < windows[2 * output + 1];
}

// The winner of each window: the first of the greatest, row by row; a NaN wins, the last of several. -1 if it is empty.
__device__ static inline INDEX winner(
    const T* from, const Pool& at, Place to, const int* rows, const int* columns, T lowest, T& best
) {
    INDEX won = -1, start = columns[2 * to.column], count = columns[2 * to.column + 1];
    best = lowest;
    for (INDEX k = 0; k < rows[2 * to.row + 1]; k++) {
        INDEX h = rows[2 * to.row] + k * at.step[0];
        for (INDEX first = 0; first < count; first += FOUR) {
            T values[FOUR];
            read_four(from + h * at.x[2] + start * at.x[3], first, 1, count, at.step[1] * at.x[3], lowest, values);
            UNROLL for (int j = 0; j < FOUR; j++) {
                T value = values[j];
                if (first + j < count && (value > best || value != value || won < 0))
                    best = value, won = h * at.image[1] + start + (first + j) * at.step[1];
            }
        }
    }
    return won;
}

extern "C" __global__ void max_pool(const T* x, T* out, long long* indices, Pool at, WINDOWS, T lowest) {
    EACH(i, at.images * at.channels * at.output[0] * at.output[1]) {
        Place to = place(i, at.channels, at.output, at.inside);
        T best;
        INDEX won = winner(x + to.n * at.x[0] + to.c * at.x[1], at, to, rows, columns, lowest, best);
        INDEX there = to.n * at.out[0] + to.c * at.out[1] + to.row * at.out[2] + to.column * at.out[3];
        if (out) out[there] = best;
        if (indices) indices[there] = won;
    }
}

// The indices lie as the gradient of the output does.
extern "C" __global__ void max_pool_gradient(
    const T* grad, const long long* indices, T* x_gradient, Pool at, WINDOWS
) {
    EACH(i, at.images * at.channels * at.image[0] * at.image[1]) {
        Place to = place(i, at.channels, at.image, at.inside);
        long long element = (long long)to.row * at.image[1] + to.column;
        INDEX from = to.n * at.out[0] + to.c * at.out[1];
        T sum = 0;
        for (INDEX row = seen_rows[2 * to.row]; row < seen_rows[2 * to.row + 1]; row++)
            for (INDEX column = seen_columns[2 * to.column]; column < seen_columns[2 * to.column + 1]; column++) {
                INDEX there = from + row * at.out[2] + column * at.out[3];
                if (indices[there] == element) sum += grad[there];
            }
        x_gradient[to.n * at.x[0] + to.c * at.x[1] + to.row * at.x[2] + to.column * at.x[3]] = sum;
    }
}

extern "C" __global__ void window_sum(const T* x, T* out, Pool at, WINDOWS) {
    EACH(i, at.images * at.channels * at.output[0] * at.output[1]) {
        Place to = place(i, at.channels, at.output, at.inside);
        const T* from = x + to.n * at.x[0] + to.c * at.x[1];
        T sum = 0;
        for (INDEX k = 0; k < rows[2 * to.row + 1]; k++)
            for (INDEX l = 0; l < columns[2 * to.column + 1]; l++) {
                INDEX h = rows[2 * to.row] + k * at.step[0], w = columns[2 * to.column] + l * at.step[1];
                sum += from[h * at.x[2] + w * at.x[3]];
            }
        out[to.n * at.out[0] + to.c * at.out[1] + to.row * at.out[2] + to.column * at.out[3]] = sum;
    }
}

extern "C" __global__ void window_spread(const T* grad, T* x_gradient, Pool at, WINDOWS) {
    EACH(i, at.images * at.channels * at.image[0] * at.image[1]) {
        Place to = place(i, at.channels, at.image, at.inside);
        INDEX from = to.n * at.out[0] + to.c * at.out[1];
        T sum = 0;
        for (INDEX row = seen_rows[2 * to.row]; row < seen_rows[2 * to.row + 1]; row++) {
            if (!sees(rows, row, to.row, at.step[0])) continue;
            for (INDEX column = seen_columns[2 * to.column]; column < seen_columns[2 * to.column + 1]; column++)
                if (sees(columns, column, to.column, at.step[1]))
                    sum += grad[from + row * at.out[2] + column * at.out[3]];
        }
        x_gradient[to.n * at.x[0] + to.c * at.x[1] + to.row * at.x[2] + to.column * at.x[3]] = sum;
    }
}
