// The softmax, its logarithm, their gradients, and the cross entropy, along the middle of [outer, count, inner].
#include "common.cuh"
#include "reduce.cuh"

// A block has one row after the other where the row is one run; else each thread has one, and its neighbours the next.
#ifdef ALONE
#define ROWS EACH(row, outer* inner)
#define FIRST 0
#define STEP 1
#define SUM(value) ((double)(value))
#define MAXIMUM(value) (value)
#else
#define ROWS for (INDEX row = blockIdx.x; row < outer; row += gridDim.x)
#define FIRST threadIdx.x
#define STEP blockDim.x
#define SUM(value) block_sum(value)
#define MAXIMUM(value) block_max(value)
#endif
#define OVER(i) for (INDEX i = FIRST; i < count; i += STEP)
#define OVER_FOUR(i) for (INDEX i = FIRST; i < count; i += FOUR * STEP)
#define START ((row / inner) * count * inner + row % inner)

extern "C" __global__ void softmax(
    const T* x, T* out, INDEX outer, INDEX count, INDEX inner, INDEX logarithm, INDEX empty_rows
) {
    ROWS {
        const T* from = x + START;
        T* to = out + START;
        T greatest = from[0], sum = 0;
        OVER_FOUR(i) {
            T values[FOUR];
            read_four(from, i, STEP, count, inner, greatest, values);
            UNROLL for (int j = 0; j < FOUR; j++) greatest = greater(greatest, values[j]);
        }
        greatest = MAXIMUM(greatest);
        if (empty_rows && greatest < 0 && greatest - greatest != 0) greatest = 0;  // it is -inf
        OVER(i) sum += exp(from[i * inner] - greatest);
        T total = (T)SUM(sum);
        if (empty_rows && total == 0) total = 1;
        T less = logarithm ? log(total) : (T)0;
        OVER(i) {
            T value = from[i * inner] - greatest;
            to[i * inner] = logarithm ? value - less : exp(value) / total;
        }
    }
}

// y * (grad - sum(grad * y)) for the softmax y; grad - exp(y) * sum(grad) for its logarithm y.
extern "C" __global__ void softmax_gradient(
    const T* y, const T* grad, T* out, INDEX outer, INDEX count, INDEX inner, INDEX logarithm
) {
    ROWS {
        const T *from = y + START, *given = grad + START;
        T* to = out + START;
        T sum = 0;
        OVER_FOUR(i) {
            T grads[FOUR], values[FOUR];
            read_four(given, i, STEP, count, inner, 0, grads);
            read_four(from, i, STEP, count, inner, 0, values);
            UNROLL for (int j = 0; j < FOUR; j++) sum += logarithm ? grads[j] : grads[j] * values[j];
        }
        T total = (T)SUM(sum);
        OVER(i) {
            T value = from[i * inner], g = given[i * inner];
            to[i * inner] = logarithm ? g - exp(value) * total : value * (g - total);
        }
    }
}

// -factor * logs[label]; a factor of 0 makes 0 of what is infinite, too.
extern "C" __global__ void picked_losses(
    const T* logs, const long long* labels, const T* factors, T* losses, INDEX outer, INDEX count, INDEX inner
) {
    EACH(row, outer* inner) {
        T factor = factors[row];
        losses[row] = factor == 0 ? (T)0 : -logs[START + (INDEX)labels[row] * inner] * factor;
    }
}

// (exp(logs) - 1 at the label) * scale * factor; the scale is one for all, or one for each label.
extern "C" __global__ void cross_entropy_gradient(
    const T* logs, const long long* labels, const T* factors, const T* scale, INDEX scales, T* out, INDEX outer,
    INDEX count, INDEX inner
) {
    EACH(number, outer* count* inner) {
        INDEX i = number, place = last_of(i, inner), label = last_of(i, count), row = i * inner + place;
        T times = scale[scales == 1 ? 0 : row] * factors[row];
        out[number] = (exp(logs[number]) - (labels[row] == label ? (T)1 : (T)0)) * times;
    }
}

// Labels that index nothing out of range, and how much each counts: nothing if it is ignored, nan if out of range.
// Nobody waits for the device to learn of it: the loss is a NaN.
extern "C" __global__ void checked_labels(
    const long long* labels, const T* weight, long long ignored, INDEX classes, long long* checked, T* factors,
    INDEX count, T nan
) {
    EACH(i, count) {
        long long label = labels[i];
        bool kept = label != ignored, within = 0 <= label && label < classes;
        checked[i] = kept && within ? label : 0;
        factors[i] = !kept ? (T)0 : !within ? nan : weight ? weight[label] : (T)1;
    }
}
