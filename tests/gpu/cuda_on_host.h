// CUDA C as C++: blocks one after the other, the threads of a block as fibers that meet at its barriers.
//
// Barriers and shuffles must be reached by all threads they are for; a kernel whose threads wait for each other for ever,
// or that is launched with arguments of other types than its own, is an error. Threads run in one order in a block and
// in the opposite one in the next, so that what depends on it shows.
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <ucontext.h>
#include <utility>

using std::erfc;
using std::exp;
using std::expm1;
using std::fabs;
using std::log;
using std::log1p;
using std::sqrt;
using std::tanh;

#define __global__
#define __device__
#define __shared__ static

struct dim3 {
    unsigned x, y, z;
};

static dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace host {

const int MOST = 1024, WARP = 32, STACK = 1 << 16;
enum State { READY, AT_BLOCK, AT_WARP, DONE };

static jmp_buf scheduler, places[MOST];  // swapcontext would ask the system each time
static int made = 0;
static State states[MOST];
static char* stacks = nullptr;
static char shuffled[MOST][16];
static int current = 0, threads = 0;
static const char* problem = nullptr;
static void (*body)() = nullptr;

static void place() {
    threadIdx.x = current % blockDim.x;
    threadIdx.y = current / blockDim.x % blockDim.y;
    threadIdx.z = current / blockDim.x / blockDim.y;
}

static void wait(State state) {
    states[current] = state;
    if (!_setjmp(places[current])) _longjmp(scheduler, 1);
}

static void entry() {
    for (;;) {  // a thread of one block after the other
        body();
        wait(DONE);
    }
}

static void resume(int thread) {
    if (_setjmp(scheduler)) return;
    if (thread < made) _longjmp(places[thread], 1);
    ucontext_t context;
    getcontext(&context);
    context.uc_stack.ss_sp = stacks + (size_t)thread * STACK;
    context.uc_stack.ss_size = STACK;
    context.uc_link = nullptr;
    makecontext(&context, entry, 0);
    setcontext(&context);
}

// Lets those go on who all wait at one place.
static bool released(int first, int count, State state) {
    int waiting = 0, done = 0;
    for (int i = first; i < first + count; i++) waiting += states[i] == state, done += states[i] == DONE;
    if (waiting == 0) return false;
    if (done) problem = "a thread ended while others wait for it";
    if (waiting < count) return false;
    for (int i = first; i < first + count; i++) states[i] = READY;
    return true;
}

static void run_block(bool reversed) {
    threads = blockDim.x * blockDim.y * blockDim.z;
#ifdef PLAIN
    for (int i = 0; i < threads; i++) {
        current = reversed ? threads - 1 - i : i;
        place();
        body();
    }
#else
    if (!stacks) stacks = (char*)malloc((size_t)MOST * STACK);
    for (int i = 0; i < threads; i++) states[i] = READY;
    for (bool going = true; going && !problem;) {
        going = false;
        for (int i = 0; i < threads; i++) {
            current = reversed ? threads - 1 - i : i;
            if (states[current] != READY) continue;
            place();
            going = true;
            resume(current);
        }
        if (made < threads) made = threads;
        for (int first = 0; first < threads; first += WARP)
            if (released(first, threads - first < WARP ? threads - first : WARP, AT_WARP)) going = true;
        if (released(0, threads, AT_BLOCK)) going = true;
    }
    for (int i = 0; i < threads && !problem; i++)
        if (states[i] != DONE) problem = "threads wait for each other for ever";
    if (problem) made = 0;
#endif
}

// What an argument is: p and the kind and size of what it points to, or kind and size of a number, or s and a size.
template <class A>
static bool is(const char* kind) {
    char own[32];
    typedef typename std::remove_cv<typename std::remove_pointer<A>::type>::type Pointed;
    const char* pointer = std::is_pointer<A>::value ? "p" : "";
    const char* letter = std::is_floating_point<Pointed>::value ? "f" : std::is_integral<Pointed>::value ? "i" : "s";
    snprintf(own, sizeof own, "%s%s%d", pointer, letter, (int)sizeof(Pointed));
    if (!strcmp(kind, own) || (std::is_pointer<A>::value && !strcmp(kind, "null"))) return true;
    static char text[96];
    snprintf(text, sizeof text, "an argument of kind %s was given for one of kind %s", kind, own);
    problem = text;
    return false;
}

template <class... A, size_t... I>
static void call(void (*kernel)(A...), void** args, std::index_sequence<I...>) {
    kernel(*(typename std::remove_cv<A>::type*)args[I]...);
}

static void** arguments;

template <class... A>
struct Kernel {
    static void (*function)(A...);
    static void run() { call(function, arguments, std::index_sequence_for<A...>()); }
};
template <class... A>
void (*Kernel<A...>::function)(A...) = nullptr;

template <class... A>
const char* launch(void (*kernel)(A...), const unsigned* sizes, void** args, const char** kinds, int count) {
    problem = nullptr;
    if (count != (int)sizeof...(A)) return "the number of arguments is another";
    int number = 0;
    bool fit[] = {true, is<A>(kinds[number++])...};
    for (bool right : fit)
        if (!right) return problem;
    gridDim = {sizes[0], sizes[1], sizes[2]};
    blockDim = {sizes[3], sizes[4], sizes[5]};
    arguments = args;
    Kernel<A...>::function = kernel;
    body = Kernel<A...>::run;
    for (unsigned z = 0; z < gridDim.z; z++)
        for (unsigned y = 0; y < gridDim.y; y++)
            for (unsigned x = 0; x < gridDim.x; x++) {
                blockIdx = {x, y, z};
                run_block((x + y + z) % 2);
                if (problem) return problem;
            }
    return nullptr;
}

}  // namespace host

static inline void __syncthreads() { host::wait(host::AT_BLOCK); }

template <class V>
static V __shfl_xor_sync(unsigned, V value, int lanes) {
    int self = host::current;
    memcpy(host::shuffled[self], &value, sizeof value);
    host::wait(host::AT_WARP);
    V other;
    memcpy(&other, host::shuffled[self ^ lanes], sizeof other);
    host::wait(host::AT_WARP);
    return other;
}
