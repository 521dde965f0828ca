// A step of an optimizer for many parameters at once: the table of their addresses travels with the launch.
#include "common.cuh"

#define TENSORS 64  // the arguments of a kernel have 4 KiB

struct Table {
    T* value[TENSORS];
    const T* gradient[TENSORS];
    T* state[3][TENSORS];
    long long size[TENSORS];
    int start[TENSORS + 1];  // the first block of each, and the end of all
};

// The parameter of this block, and the elements of it that are the thread's own.
#define TENSOR                                              \
    int low = 0, high = TENSORS;                            \
    while (high - low > 1) {                                \
        int middle = (low + high) / 2;                      \
        if (table.start[middle] <= (int)blockIdx.x)         \
            low = middle;                                   \
        else                                                \
            high = middle;                                  \
    }                                                       \
    const int tensor = low;                                 \
    const long long step = (long long)(table.start[low + 1] - table.start[low]) * blockDim.x;
#define ELEMENTS(i)                                                                                                \
    for (long long i = (long long)((int)blockIdx.x - table.start[tensor]) * blockDim.x + threadIdx.x;              \
         i < table.size[tensor]; i += step)

// Adam. decay goes to the gradient, shrink (1 - lr*weight_decay, or 1) to the value; lr and root hold the corrections.
extern "C" __global__ void adam(
    Table table, T lr, T first, T second, T rest_first, T rest_second, T root, T eps, T decay, T shrink, int amsgrad,
    int maximize
) {
    TENSOR
    ELEMENTS(i) {
        T value = table.value[tensor][i] * shrink, gradient = table.gradient[tensor][i];
        gradient = (maximize ? -gradient : gradient) + decay * value;
        T mean = table.state[0][tensor][i] * first + gradient * rest_first;
        T square = table.state[1][tensor][i] * second + gradient * gradient * rest_second;
        table.state[0][tensor][i] = mean;
        table.state[1][tensor][i] = square;
        if (amsgrad) {
            T most = table.state[2][tensor][i];
            square = square > most || square != square ? square : most;
            table.state[2][tensor][i] = square;
        }
        table.value[tensor][i] = value - lr * (mean / (sqrt(square) / root + eps));
    }
}

// SGD. rest is 1 - dampening, or 1 in the first step, before which the velocity is 0.
extern "C" __global__ void sgd(Table table, T lr, T momentum, T rest, T decay, int nesterov, int maximize) {
    TENSOR
    ELEMENTS(i) {
        T value = table.value[tensor][i], gradient = table.gradient[tensor][i];
        gradient = (maximize ? -gradient : gradient) + decay * value;
        if (momentum != 0) {
            T velocity = table.state[0][tensor][i] * momentum + gradient * rest;
            table.state[0][tensor][i] = velocity;
            gradient = nesterov ? gradient + momentum * velocity : velocity;
        }
        table.value[tensor][i] = value - lr * gradient;
    }
}
