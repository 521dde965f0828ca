// What is known of channels [images, channels], and of groups of so many that follow each other [images, groups]: few
// numbers, in double, which would be many launches.
#include "common.cuh"
#include "reduce.cuh"

// The moments of a group, from those of its channels, which have as many elements each; a block for each group.
// Source: Chan, Golub, LeVeque (1983), equation 2.1.
extern "C" __global__ void joined_channels(
    const double* means, const double* variances, double* mean, double* variance, INDEX size
) {
    INDEX start = (INDEX)blockIdx.x * size;
    double sum = 0, square = 0;
    for (INDEX i = threadIdx.x; i < size; i += blockDim.x) sum += means[start + i];
    double middle = block_sum(sum) / (double)size;
    for (INDEX i = threadIdx.x; i < size; i += blockDim.x) {
        double away = means[start + i] - middle;
        square += variances[start + i] + away * away;
    }
    square = block_sum(square) / (double)size;
    if (threadIdx.x == 0) mean[blockIdx.x] = middle, variance[blockIdx.x] = square;
}

// The mean in T, and what it is then to be multiplied with and shifted by; the latter makes up for what T lost.
extern "C" __global__ void channel_factors(
    const double* mean, const double* variance, double eps, const T* weight, const T* bias, T* middle, T* factor,
    T* shift, INDEX count, INDEX channels, INDEX size
) {
    EACH(i, count) {
        INDEX channel = i % channels, group = i / size;
        double scale = 1 / sqrt(variance[group] + eps);
        if (weight) scale *= (double)weight[channel];
        T rounded = (T)mean[group];
        double rest = mean[group] - (double)rounded;
        middle[i] = rounded, factor[i] = (T)scale;
        shift[i] = (T)((bias ? (double)bias[channel] : 0.0) - rest * scale);
    }
}

// The same of running moments, in T, of each channel: what an element is to be multiplied with and shifted by.
extern "C" __global__ void running_factors(
    const T* mean, const T* variance, double eps, const T* weight, const T* bias, T* factor, T* shift, INDEX channels
) {
    EACH(i, channels) {
        double scale = 1 / sqrt((double)variance[i] + eps);
        if (weight) scale *= (double)weight[i];
        factor[i] = (T)scale, shift[i] = (T)((bias ? (double)bias[i] : 0.0) - (double)mean[i] * scale);
    }
}

// Running moments, moved by a part of the way to new ones, whose variance times unbiased is that of the population.
extern "C" __global__ void moved_moments(
    const T* mean, const T* variance, const double* new_mean, const double* new_variance, double part, double unbiased,
    T* moved_mean, T* moved_variance, INDEX channels
) {
    EACH(i, channels) {
        moved_mean[i] = (T)((double)mean[i] * (1 - part) + new_mean[i] * part);
        moved_variance[i] = (T)((double)variance[i] * (1 - part) + new_variance[i] * unbiased * part);
    }
}

// From the sums of grad, and of grad times x less the mean in T: the latter for the normalised x, and how far the moments
// of the group, of so many elements, pull each element. A block for each group.
extern "C" __global__ void channel_slopes(
    const double* mean, const double* variance, double eps, const T* weight, const double* plain,
    const double* weighted, double* normalised, T* slope, T* offset, INDEX channels, INDEX size, INDEX elements
) {
    INDEX start = (INDEX)blockIdx.x * size, channel = start % channels;
    double spread = 1 / sqrt(variance[blockIdx.x] + eps), middle = mean[blockIdx.x], rest = middle - (double)(T)middle;
    double steep = 0, away = 0;
    for (INDEX i = threadIdx.x; i < size; i += blockDim.x) {
        double times = weight ? (double)weight[channel + i] : 1.0, sum = plain[start + i];
        double product = (weighted[start + i] - rest * sum) * spread;
        normalised[start + i] = product;
        steep += product * times, away += sum * times;
    }
    steep = block_sum(steep) * spread * spread / (double)elements;
    away = block_sum(away) * spread / (double)elements - rest * steep;
    for (INDEX i = threadIdx.x; i < size; i += blockDim.x) slope[start + i] = (T)steep, offset[start + i] = (T)away;
}
