// Statistics and normalisation of the columns of C-contiguous matrices, of one or of as many as follow each other. A
// thread adds up some rows of one column in T, less the first of them, so that no large mean drowns the rest; sums of
// those are in double, in a fixed order.
#include "common.cuh"
#include "reduce.cuh"

// The part of a block (some columns, some rows of a matrix): each thread has every so manieth row of one column. What
// is known of a part is at TO, of [matrices, chunks, columns].
#define PART                                                                                      \
    INDEX across = (columns + blockDim.x - 1) / blockDim.x, matrix = (INDEX)blockIdx.x / across;  \
    INDEX column = ((INDEX)blockIdx.x - matrix * across) * blockDim.x + threadIdx.x;              \
    INDEX start = matrix * rows * columns;                                                        \
    INDEX first = (INDEX)blockIdx.y * chunk, end = first + chunk < rows ? first + chunk : rows;
#define TO ((matrix * (INDEX)gridDim.y + (INDEX)blockIdx.y) * columns + column)

// The column of element i, among those of all matrices, of area elements each; RUNS have one column each.
#if defined(RUNS)
#define COLUMN (i / area)
#elif defined(STACKED)
#define COLUMN (i / area * columns + i % columns)
#else
#define COLUMN (i % columns)
#endif

// Whether the elements of a pack are of one column, or of columns that are a pack, and how what is known of those is read.
#ifdef RUNS
#define TOGETHER (area % PACK == 0)
__device__ static inline bool as_packs(const T*) { return true; }
__device__ static inline Pack of_pack(const T* known, INDEX column) {
    Pack all;
    EACH_OF_PACK(j) all.at[j] = known[column];
    return all;
}
#else
#define TOGETHER (columns % PACK == 0)
__device__ static inline bool as_packs(const T* known) { return packed(known); }
__device__ static inline Pack of_pack(const T* known, INDEX column) { return pack(known, column); }
#endif

// The mean, and the sum of the squares of what is apart from it, of each part of a column: [chunks, columns].
extern "C" __global__ void column_moments(
    const T* x, double* means, double* squares, INDEX rows, INDEX columns, INDEX chunk
) {
    PART
    x += start;
    T shift = column < columns ? x[first * columns + column] : (T)0, sum = 0, square = 0;
    if (column < columns)
        for (INDEX row = first + threadIdx.y; row < end; row += FOUR * blockDim.y) {
            T values[FOUR];
            read_four(x + column, row, blockDim.y, end, columns, shift, values);
            UNROLL for (int j = 0; j < FOUR; j++) {
                T value = values[j] - shift;
                sum += value, square += value * value;
            }
        }
    double count = (double)(end - first), total = column_sum(sum), squared = column_sum(square);
    if (threadIdx.y == 0 && column < columns) {
        means[TO] = (double)shift + total / count;
        squared -= total * total / count;
        squares[TO] = squared > 0 ? squared : (squared != squared ? squared : 0.0);
    }
}

// Where the first part of the column of this block is.
__device__ static inline INDEX first_part(INDEX chunks, INDEX columns) {
    INDEX column = blockIdx.x, matrix = column / columns;
    return matrix * chunks * columns + column - matrix * columns;
}

// A block for each column of each matrix joins the parts. Source: Chan, Golub, LeVeque (1983), equation 2.1.
extern "C" __global__ void joined_moments(
    const double* means, const double* squares, double* mean, double* variance, INDEX rows, INDEX columns, INDEX chunk
) {
    INDEX chunks = (rows + chunk - 1) / chunk, column = first_part(chunks, columns);
    double sum = 0, square = 0;
    for (INDEX i = threadIdx.x; i < chunks; i += blockDim.x) {
        INDEX count = i + 1 < chunks ? chunk : rows - i * chunk;
        sum += means[i * columns + column] * (double)count;
    }
    double middle = block_sum(sum) / (double)rows;
    for (INDEX i = threadIdx.x; i < chunks; i += blockDim.x) {
        INDEX count = i + 1 < chunks ? chunk : rows - i * chunk;
        double away = means[i * columns + column] - middle;
        square += squares[i * columns + column] + (double)count * away * away;
    }
    square = block_sum(square) / (double)rows;
    if (threadIdx.x == 0) mean[blockIdx.x] = middle, variance[blockIdx.x] = square;
}

// The sums of grad, and of grad times x less the mean: of each part of a column. Without x the former alone. Rows have
// a mean and a factor of their own where they are given: then x is (x - row_mean) * row_scale.
extern "C" __global__ void column_sums(
    const T* grad, const T* x, const T* mean, const double* row_mean, const T* row_scale, double* plain,
    double* weighted, INDEX rows, INDEX columns, INDEX chunk
) {
    PART
    T sum = 0, product = 0, middle = mean && column < columns ? mean[matrix * columns + column] : (T)0;
    if (column < columns)
        for (INDEX begin = first + threadIdx.y; begin < end; begin += FOUR * blockDim.y) {
            T given[FOUR], values[FOUR];
            read_four(grad + start + column, begin, blockDim.y, end, columns, 0, given);
            if (x) read_four(x + start + column, begin, blockDim.y, end, columns, middle, values);
            UNROLL for (int j = 0; j < FOUR; j++) {
                INDEX row = begin + j * blockDim.y;
                sum += given[j];
                if (!x || row >= end) continue;
                T centred = values[j] - middle;
                if (row_mean) {
                    T rounded = (T)row_mean[row];
                    centred = (centred - rounded) - (T)(row_mean[row] - (double)rounded);
                }
                product += given[j] * (row_scale ? centred * row_scale[row] : centred);
            }
        }
    double total = column_sum(sum);
    if (threadIdx.y == 0 && column < columns) plain[TO] = total;
    if (!x) return;
    total = column_sum(product);
    if (threadIdx.y == 0 && column < columns) weighted[TO] = total;
}

// A block for each column of each matrix adds up the parts.
extern "C" __global__ void joined_sums(const double* parts, double* sums, INDEX chunks, INDEX columns) {
    INDEX column = first_part(chunks, columns);
    double sum = 0;
    for (INDEX i = threadIdx.x; i < chunks; i += blockDim.x) sum += parts[i * columns + column];
    sum = block_sum(sum);
    if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

extern "C" __global__ void normalise(
    const T* x, const T* mean, const T* scale, const T* shift, T* out, INDEX count, INDEX area,
    INDEX columns
) {
    if (TOGETHER && packed(x) && packed(out) && as_packs(mean) && as_packs(scale) && as_packs(shift)) {
        EACH(number, count / PACK) {
            INDEX i = number * PACK, column = COLUMN;
            Pack value = pack(x, i), factor = of_pack(scale, column), middle = {}, added = {};
            if (mean) middle = of_pack(mean, column);
            if (shift) added = of_pack(shift, column);
            EACH_OF_PACK(j) value.at[j] = (value.at[j] - middle.at[j]) * factor.at[j] + added.at[j];
            pack(out, i) = value;
        }
        return;
    }
    EACH(i, count) {
        INDEX column = COLUMN;
        T value = mean ? x[i] - mean[column] : x[i];
        value *= scale[column];
        out[i] = shift ? value + shift[column] : value;
    }
}

extern "C" __global__ void input_gradient(
    const T* grad, const T* x, const T* mean, const T* scale, const T* slope, const T* offset, T* out, INDEX count,
    INDEX area, INDEX columns
) {
    bool known = as_packs(mean) && as_packs(scale) && as_packs(slope) && as_packs(offset);
    if (TOGETHER && known && packed(grad) && packed(x) && packed(out)) {
        EACH(number, count / PACK) {
            INDEX i = number * PACK, column = COLUMN;
            Pack given = pack(grad, i), value = pack(x, i), middle = of_pack(mean, column);
            Pack factor = of_pack(scale, column), steep = of_pack(slope, column), away = of_pack(offset, column);
            EACH_OF_PACK(j)
            given.at[j] = given.at[j] * factor.at[j] - (value.at[j] - middle.at[j]) * steep.at[j] - away.at[j];
            pack(out, i) = given;
        }
        return;
    }
    EACH(i, count) {
        INDEX column = COLUMN;
        out[i] = grad[i] * scale[column] - (x[i] - mean[column]) * slope[column] - offset[column];
    }
}
