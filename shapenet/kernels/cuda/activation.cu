// Activations of x, or of x + bias, and their gradients, in one pass each. FUNCTION is one of those below; a and b are
// its options. The bias has one element for each of the columns, which lie last in memory.
#include "common.cuh"

__device__ static inline T logistic(T x) { return exp(x < 0 ? x : (T)0) / (1 + exp(-fabs(x))); }
__device__ static inline T soft(T x) { return (x > 0 ? x : (T)0) + log1p(exp(-fabs(x))); }
__device__ static inline T below(T x) { return erfc(x * (T)-0.70710678118654752440) * (T)0.5; }
__device__ static inline T bend(T x) {
    return tanh((x + x * x * x * (T)0.044715) * (T)0.79788456080286535588);
}

#define OF(name) __device__ static inline T name(T x, T a, T b)

// What is no number stays none: comparisons with it are written so that it falls through to x.
OF(relu) { return x < 0 ? (T)0 : x; }
OF(relu_slope) { return x > 0 ? (T)1 : (T)0; }
OF(sigmoid) { return logistic(x); }
OF(sigmoid_slope) { T y = logistic(x); return y * (1 - y); }
OF(hyperbolic) { return tanh(x); }
OF(hyperbolic_slope) { T y = tanh(x); return 1 - y * y; }
OF(sigmoid_output) { return x; }  // of these two, the slope given what came out
OF(sigmoid_output_slope) { return x * (1 - x); }
OF(hyperbolic_output) { return x; }
OF(hyperbolic_output_slope) { return 1 - x * x; }
OF(leaky_relu) { return x < 0 ? x * a : x; }
OF(leaky_relu_slope) { return x > 0 ? (T)1 : a; }
OF(elu) { return x < 0 ? expm1(x) * a : x; }
OF(elu_slope) { return x > 0 ? (T)1 : exp(x) * a; }
OF(gelu) { return x * below(x); }
OF(gelu_slope) { return below(x) + x * exp(x * x * (T)-0.5) * (T)0.39894228040143267794; }
OF(gelu_tanh) { return x * (1 + bend(x)) * (T)0.5; }
OF(gelu_tanh_slope) {
    T y = bend(x), steep = (1 + x * x * (T)(3 * 0.044715)) * (T)(0.5 * 0.79788456080286535588);
    return (1 + y) * (T)0.5 + x * (1 - y * y) * steep;
}
OF(silu) { return x * logistic(x); }
OF(silu_slope) { T y = logistic(x); return y * (1 + x * (1 - y)); }
OF(softplus) { return x * a > b ? x : soft(x * a) / a; }
OF(softplus_slope) { return x * a > b ? (T)1 : logistic(x * a); }
OF(hardswish) { return x * (x < -3 ? (T)0 : x > 3 ? (T)6 : x + 3) / 6; }
OF(hardswish_slope) { return x <= -3 ? (T)0 : x < 3 ? x / 3 + (T)0.5 : (T)1; }
OF(mish) { return x * tanh(soft(x)); }
OF(mish_slope) { T y = tanh(soft(x)); return y + x * (1 - y * y) * logistic(x); }
OF(relu6) { return x < 0 ? (T)0 : x > 6 ? (T)6 : x; }
OF(relu6_slope) { return x > 0 && x < 6 ? (T)1 : (T)0; }

#define JOINED(name) name##_slope
#define SLOPE(name) JOINED(name)

__device__ static inline bool as_packs(const T* x, const T* bias, INDEX columns) {
    return packed(x) && (!bias || (columns % PACK == 0 && packed(bias)));
}

__device__ static inline Pack biased_pack(const T* x, const T* bias, INDEX i, INDEX columns) {
    Pack value = pack(x, i);
    if (bias) {
        Pack added = pack(bias, i % columns);
        EACH_OF_PACK(j) value.at[j] += added.at[j];
    }
    return value;
}

__device__ static inline T biased(const T* x, const T* bias, INDEX i, INDEX columns) {
    return bias ? x[i] + bias[i % columns] : x[i];
}

extern "C" __global__ void activate(const T* x, const T* bias, T* out, INDEX count, INDEX columns, T a, T b) {
    INDEX packs = as_packs(x, bias, columns) && packed(out) ? count / PACK : 0, first = packs * PACK;
    EACH(i, packs) {
        Pack from = biased_pack(x, bias, i * PACK, columns), to;
        EACH_OF_PACK(j) to.at[j] = FUNCTION(from.at[j], a, b);
        pack(out, i * PACK) = to;
    }
    EACH(i, count - first) out[first + i] = FUNCTION(biased(x, bias, first + i, columns), a, b);
}

extern "C" __global__ void activate_gradient(
    const T* grad, const T* x, const T* bias, T* out, INDEX count, INDEX columns, T a, T b
) {
    bool together = as_packs(x, bias, columns) && packed(grad) && packed(out);
    INDEX packs = together ? count / PACK : 0, first = packs * PACK;
    EACH(i, packs) {
        Pack given = pack(grad, i * PACK), from = biased_pack(x, bias, i * PACK, columns), to;
        EACH_OF_PACK(j) to.at[j] = given.at[j] * SLOPE(FUNCTION)(from.at[j], a, b);
        pack(out, i * PACK) = to;
    }
    EACH(i, count - first) {
        T from = biased(x, bias, first + i, columns);
        out[first + i] = grad[first + i] * SLOPE(FUNCTION)(from, a, b);
    }
}
