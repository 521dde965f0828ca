// The windows of images, and the sum of what came from one element. Axes: N images, G groups, C channels of a group,
// H W of the input, K L of the kernel, Y X of the output. Both walk in the memory order of what they write.
#include "common.cuh"

struct Convolution {
    INDEX images, groups, channels, kernel[2], output[2], image[2], stride[2], padding[2], dilation[2];
    INDEX x[5];    // strides in elements: N G C H W
    INDEX col[7];  // N G C K L Y X
    INDEX inside;  // whether the channels lie innermost
    INDEX add;     // whether what col2im writes to is added to
};

struct Place {
    INDEX n, g, c, row, column;
};

// The place of element i of images of this size.
__device__ static inline Place place_of(INDEX i, const Convolution& at, const INDEX (&size)[2]) {
    Place place;
    if (at.inside) place.c = last_of(i, at.channels), place.g = last_of(i, at.groups);
    place.column = last_of(i, size[1]), place.row = last_of(i, size[0]);
    if (!at.inside) place.c = last_of(i, at.channels), place.g = last_of(i, at.groups);
    place.n = i;
    return place;
}

// Each thread copies what one element of the output sees of one channel, for all positions of the kernel.
extern "C" __global__ void im2col(const T* __restrict__ x, T* __restrict__ col, Convolution at) {
    INDEX count = at.images * at.groups * at.channels * at.output[0] * at.output[1];
    EACH(number, count) {
        auto [n, g, c, row, column] = place_of(number, at, at.output);
        const T* from = x + n * at.x[0] + g * at.x[1] + c * at.x[2];
        T* to = col + n * at.col[0] + g * at.col[1] + c * at.col[2] + row * at.col[5] + column * at.col[6];
        for (INDEX k = 0; k < at.kernel[0]; k++) {
            INDEX h = row * at.stride[0] + k * at.dilation[0] - at.padding[0];
            for (INDEX l = 0; l < at.kernel[1]; l++) {
                INDEX w = column * at.stride[1] + l * at.dilation[1] - at.padding[1];
                bool within = 0 <= h && h < at.image[0] && 0 <= w && w < at.image[1];
                to[k * at.col[3] + l * at.col[4]] = within ? from[h * at.x[3] + w * at.x[4]] : (T)0;
            }
        }
    }
}

// Each thread adds up the copies of one element of the input: no two write to one place, the order is always the same.
extern "C" __global__ void col2im(const T* __restrict__ col, T* __restrict__ x, Convolution at) {
    INDEX count = at.images * at.groups * at.channels * at.image[0] * at.image[1];
    EACH(number, count) {
        auto [n, g, c, h, w] = place_of(number, at, at.image);
        const T* from = col + n * at.col[0] + g * at.col[1] + c * at.col[2];
        T sum = 0;
        for (INDEX k = 0; k < at.kernel[0]; k++) {
            INDEX down = h + at.padding[0] - k * at.dilation[0], row = down / at.stride[0];
            if (down < 0 || row >= at.output[0] || row * at.stride[0] != down) continue;
            for (INDEX l = 0; l < at.kernel[1]; l++) {
                INDEX right = w + at.padding[1] - l * at.dilation[1], column = right / at.stride[1];
                if (right < 0 || column >= at.output[1] || column * at.stride[1] != right) continue;
                sum += from[k * at.col[3] + l * at.col[4] + row * at.col[5] + column * at.col[6]];
            }
        }
        T* to = x + n * at.x[0] + g * at.x[1] + c * at.x[2] + h * at.x[3] + w * at.x[4];
        *to = at.add ? *to + sum : sum;
    }
}
