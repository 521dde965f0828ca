// One filter or more for each channel: images N H W C, filters K L 1 O, outputs N Y X O with O = C * MULTIPLIER. The sides
// of the kernel are macros, too, HEIGHT and WIDTH, and so are the strides, DOWN and ACROSS: what is known costs little.
#include "common.cuh"
#include "reduce.cuh"

struct Depthwise {
    INDEX images, channels, image[2], output[2], padding[2], dilation[2];
};

#if HEIGHT * WIDTH <= 64
#define EACH_TAP UNROLL
#else
#define EACH_TAP
#endif

// Where an output sees the image at position k, l of the kernel: false if that is padding.
__device__ static inline bool seen(const Depthwise& at, INDEX row, INDEX column, int k, int l, INDEX& place) {
    INDEX h = row * DOWN + k * at.dilation[0] - at.padding[0], w = column * ACROSS + l * at.dilation[1] - at.padding[1];
    place = h * at.image[1] + w;
    return 0 <= h && h < at.image[0] && 0 <= w && w < at.image[1];
}

// A thread for each element of the output.
extern "C" __global__ void depthwise(const T* x, const T* filters, T* out, Depthwise at) {
    INDEX features = at.channels * MULTIPLIER, count = at.images * at.output[0] * at.output[1] * features;
    EACH(number, count) {
        INDEX n = number, o = last_of(n, features), column = last_of(n, at.output[1]), row = last_of(n, at.output[0]);
        const T* from = x + n * at.image[0] * at.image[1] * at.channels + o / MULTIPLIER;
        T sum = 0;
        EACH_TAP for (int k = 0; k < HEIGHT; k++)
            EACH_TAP for (int l = 0; l < WIDTH; l++) {
                INDEX place;
                if (seen(at, row, column, k, l, place))
                    sum += from[place * at.channels] * filters[(k * WIDTH + l) * features + o];
            }
        out[number] = sum;
    }
}

// A thread for each element of the input gathers from all outputs that see it, always in the same order.
extern "C" __global__ void depthwise_input_gradient(const T* grad, const T* filters, T* x_gradient, Depthwise at) {
    INDEX features = at.channels * MULTIPLIER, count = at.images * at.image[0] * at.image[1] * at.channels;
    EACH(number, count) {
        INDEX n = number, c = last_of(n, at.channels), w = last_of(n, at.image[1]), h = last_of(n, at.image[0]);
        const T* from = grad + n * at.output[0] * at.output[1] * features + c * MULTIPLIER;
        const T* by = filters + c * MULTIPLIER;
        T sum = 0;
        EACH_TAP for (int k = 0; k < HEIGHT; k++)
            EACH_TAP for (int l = 0; l < WIDTH; l++) {
                INDEX down = h + at.padding[0] - k * at.dilation[0], row = down / DOWN;
                INDEX right = w + at.padding[1] - l * at.dilation[1], column = right / ACROSS;
                bool meets = down >= 0 && row < at.output[0] && row * DOWN == down;
                if (!meets || right < 0 || column >= at.output[1] || column * ACROSS != right) continue;
                for (INDEX j = 0; j < MULTIPLIER; j++)
                    sum += from[(row * at.output[1] + column) * features + j] * by[(k * WIDTH + l) * features + j];
            }
        x_gradient[number] = sum;
    }
}

// The gradient of the filters of each part of the places: [parts, HEIGHT, WIDTH, O]. A block has some outputs channels, and
// each of its threads every so manieth place of one, for all positions of the kernel at once.
extern "C" __global__ void depthwise_filter_sums(
    const T* grad, const T* x, double* parts, Depthwise at, INDEX rows, INDEX chunk
) {
    INDEX features = at.channels * MULTIPLIER, column = (INDEX)blockIdx.x * blockDim.x + threadIdx.x;
    INDEX first = (INDEX)blockIdx.y * chunk, end = first + chunk < rows ? first + chunk : rows;
    T sums[HEIGHT * WIDTH];
    EACH_TAP for (int i = 0; i < HEIGHT * WIDTH; i++) sums[i] = 0;
    if (column < features)
        for (INDEX number = first + threadIdx.y; number < end; number += blockDim.y) {
            INDEX n = number, across = last_of(n, at.output[1]), down = last_of(n, at.output[0]);
            const T* from = x + n * at.image[0] * at.image[1] * at.channels + column / MULTIPLIER;
            T value = grad[number * features + column];
            EACH_TAP for (int k = 0; k < HEIGHT; k++)
                EACH_TAP for (int l = 0; l < WIDTH; l++) {
                    INDEX place;
                    if (seen(at, down, across, k, l, place)) sums[k * WIDTH + l] += value * from[place * at.channels];
                }
        }
    EACH_TAP for (int i = 0; i < HEIGHT * WIDTH; i++) {
        double total = column_sum(sums[i]);
        if (threadIdx.y == 0 && column < features)
            parts[((INDEX)blockIdx.y * HEIGHT * WIDTH + i) * features + column] = total;
    }
}
