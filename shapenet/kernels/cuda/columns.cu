// Statistics and normalisation of the columns of a C-contiguous matrix. A thread adds up some rows of one column in T,
// less the first of them, so that no large mean drowns the rest; sums of those are in double, in a fixed order.
#include "common.cuh"
#include "reduce.cuh"

// The mean, and the sum of the squares of what is apart from it, of each part of a column: [chunks, columns].
extern "C" __global__ void column_moments(
    const T* x, double* means, double* squares, INDEX rows, INDEX columns, INDEX chunk
) {
    PART
    T shift = column < columns ? x[first * columns + column] : (T)0, sum = 0, square = 0;
    if (column < columns)
        for (INDEX row = first + threadIdx.y; row < end; row += blockDim.y) {
            T value = x[row * columns + column] - shift;
            sum += value, square += value * value;
        }
    double count = (double)(end - first), total = column_sum(sum), squared = column_sum(square);
    if (threadIdx.y == 0 && column < columns) {
        INDEX to = (INDEX)blockIdx.y * columns + column;
        means[to] = (double)shift + total / count;
        squared -= total * total / count;
        squares[to] = squared > 0 ? squared : (squared != squared ? squared : 0.0);
    }
}

// A block for each column joins the parts. Source: Chan, Golub, LeVeque (1983), equation 2.1.
extern "C" __global__ void joined_moments(
    const double* means, const double* squares, double* mean, double* variance, INDEX rows, INDEX columns, INDEX chunk
) {
    INDEX column = blockIdx.x, chunks = (rows + chunk - 1) / chunk;
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
    if (threadIdx.x == 0) mean[column] = middle, variance[column] = square;
}

// The sums of grad, and of grad times x less the mean: of each part of a column. Without x the former alone. Rows have
// a mean and a factor of their own where they are given: then x is (x - row_mean) * row_scale.
extern "C" __global__ void column_sums(
    const T* grad, const T* x, const T* mean, const double* row_mean, const T* row_scale, double* plain,
    double* weighted, INDEX rows, INDEX columns, INDEX chunk
) {
    PART
    T sum = 0, product = 0, middle = mean && column < columns ? mean[column] : (T)0;
    if (column < columns)
        for (INDEX row = first + threadIdx.y; row < end; row += blockDim.y) {
            T value = grad[row * columns + column];
            sum += value;
            if (!x) continue;
            T centred = x[row * columns + column] - middle;
            if (row_mean) {
                T rounded = (T)row_mean[row];
                centred = (centred - rounded) - (T)(row_mean[row] - (double)rounded);
            }
            product += value * (row_scale ? centred * row_scale[row] : centred);
        }
    INDEX to = (INDEX)blockIdx.y * columns + column;
    double total = column_sum(sum);
    if (threadIdx.y == 0 && column < columns) plain[to] = total;
    if (!x) return;
    total = column_sum(product);
    if (threadIdx.y == 0 && column < columns) weighted[to] = total;
}

// A block for each column adds up the parts.
extern "C" __global__ void joined_sums(const double* parts, double* sums, INDEX chunks, INDEX columns) {
    INDEX column = blockIdx.x;
    double sum = 0;
    for (INDEX i = threadIdx.x; i < chunks; i += blockDim.x) sum += parts[i * columns + column];
    sum = block_sum(sum);
    if (threadIdx.x == 0) sums[column] = sum;
}

extern "C" __global__ void normalise(
    const T* x, const T* mean, const T* scale, const T* shift, T* out, INDEX count, INDEX columns
) {
    EACH(i, count) {
        INDEX column = i % columns;
        T value = mean ? x[i] - mean[column] : x[i];
        value *= scale[column];
        out[i] = shift ? value + shift[column] : value;
    }
}

extern "C" __global__ void input_gradient(
    const T* grad, const T* x, const T* mean, const T* scale, const T* slope, const T* offset, T* out, INDEX count,
    INDEX columns
) {
    EACH(i, count) {
        INDEX column = i % columns;
        out[i] = grad[i] * scale[column] - (x[i] - mean[column]) * slope[column] - offset[column];
    }
}
