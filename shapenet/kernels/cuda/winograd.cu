// Winograd's minimal filtering F(TILE x TILE, 3 x 3): what comes before and after SIDE*SIDE matrix products. Images lie
// N H W C, filters K L C O. The matrices are given as macros: INPUT is B', FILTERS G, OUTPUT A', and FILTERS_BACK and
// OUTPUT_BACK are the transposes of the latter two.
#include "common.cuh"

#define SIDE (TILE + 2)
#define POINTS (SIDE * SIDE)

// Some tiles, in the order of their images, and in them of their rows.
struct Tiles {
    INDEX first, count, channels, grid[2];
    INDEX image[2], start[2];  // the size of an image, and where in it the first tile starts: at most 0, with padding
};

struct Filters {
    INDEX channels, features;
    INDEX w[4];  // strides in elements: K L C O
};

// matrix tile matrix'. With all loops unrolled, nothing is left of the zeros and ones of the matrix.
template <int TO, int FROM>
__device__ static inline void transform(const T (&matrix)[TO][FROM], const T (&tile)[FROM][FROM], T (&result)[TO][TO]) {
    T half[TO][FROM];
    UNROLL for (int i = 0; i < TO; i++)
        UNROLL for (int b = 0; b < FROM; b++) {
            T sum = 0;
            UNROLL for (int a = 0; a < FROM; a++)
                if (matrix[i][a] != 0) sum += matrix[i][a] * tile[a][b];
            half[i][b] = sum;
        }
    UNROLL for (int i = 0; i < TO; i++)
        UNROLL for (int j = 0; j < TO; j++) {
            T sum = 0;
            UNROLL for (int b = 0; b < FROM; b++)
                if (matrix[j][b] != 0) sum += matrix[j][b] * half[i][b];
            result[i][j] = sum;
        }
}

// Where the tile of one channel begins, whose number among those of all tiles is i: a row and a column of an image, which
// starts at element base.
struct Place {
    INDEX base, row, column;
};
__device__ static inline Place place_of(INDEX i, const Tiles& at) {
    INDEX c = last_of(i, at.channels);
    i += at.first;
    INDEX column = last_of(i, at.grid[1]), row = last_of(i, at.grid[0]);
    return {i * at.image[0] * at.image[1] * at.channels + c, row * TILE + at.start[0], column * TILE + at.start[1]};
}

// The pixels of a tile; outside the image they are 0.
template <int SIZE>
__device__ static inline void gather(const T* x, Place from, const Tiles& at, T (&tile)[SIZE][SIZE]) {
    UNROLL for (int a = 0; a < SIZE; a++)
        UNROLL for (int b = 0; b < SIZE; b++) {
            INDEX h = from.row + a, w = from.column + b;
            bool within = 0 <= h && h < at.image[0] && 0 <= w && w < at.image[1];
            tile[a][b] = within ? x[from.base + (h * at.image[1] + w) * at.channels] : (T)0;
        }
}

// One number for each point, which lie so far apart.
template <int SIZE>
__device__ static inline void spread(const T (&tile)[SIZE][SIZE], T* to, INDEX apart) {
    UNROLL for (int a = 0; a < SIZE; a++)
        UNROLL for (int b = 0; b < SIZE; b++) to[(a * SIZE + b) * apart] = tile[a][b];
}
template <int SIZE>
__device__ static inline void collect(const T* from, INDEX apart, T (&tile)[SIZE][SIZE]) {
    UNROLL for (int a = 0; a < SIZE; a++)
        UNROLL for (int b = 0; b < SIZE; b++) tile[a][b] = from[(a * SIZE + b) * apart];
}

// Filters to points: [POINTS, C, O]. The filters may lie in any order.
extern "C" __global__ void winograd_filters(const T* w, T* points, Filters at) {
    constexpr T matrix[SIDE][3] = FILTERS;
    INDEX count = at.channels * at.features;
    EACH(number, count) {
        INDEX c = number, o = last_of(c, at.features);
        T filter[3][3], result[SIDE][SIDE];
        UNROLL for (int k = 0; k < 3; k++)
            UNROLL for (int l = 0; l < 3; l++) filter[k][l] = w[k * at.w[0] + l * at.w[1] + c * at.w[2] + o * at.w[3]];
        transform(matrix, filter, result);
        spread(result, points + number, count);
    }
}

// The gradient of the points [POINTS, C*O] to that of the filters [3, 3, C*O].
extern "C" __global__ void winograd_filters_back(const T* points, T* w, INDEX count) {
    constexpr T matrix[3][SIDE] = FILTERS_BACK;
    EACH(i, count) {
        T tile[SIDE][SIDE], filter[3][3];
        collect(points + i, count, tile);
        transform(matrix, tile, filter);
        spread(filter, w + i, count);
    }
}

// Images to points: [POINTS, tiles, C]. Tiles overlap by 2.
extern "C" __global__ void winograd_input(const T* x, T* points, Tiles at) {
    constexpr T matrix[SIDE][SIDE] = INPUT;
    INDEX count = at.count * at.channels;
    EACH(i, count) {
        T tile[SIDE][SIDE], result[SIDE][SIDE];
        gather(x, place_of(i, at), at, tile);
        transform(matrix, tile, result);
        spread(result, points + i, count);
    }
}

// Points [POINTS, tiles, C] to images; what lies beyond an image is left out.
extern "C" __global__ void winograd_output(const T* points, T* out, Tiles at) {
    constexpr T matrix[TILE][SIDE] = OUTPUT;
    INDEX count = at.count * at.channels;
    EACH(i, count) {
        T tile[SIDE][SIDE], result[TILE][TILE];
        collect(points + i, count, tile);
        transform(matrix, tile, result);
        Place to = place_of(i, at);
        UNROLL for (int a = 0; a < TILE; a++)
            UNROLL for (int b = 0; b < TILE; b++) {
                INDEX h = to.row + a, w = to.column + b;
                if (h < at.image[0] && w < at.image[1])
                    out[to.base + (h * at.image[1] + w) * at.channels] = result[a][b];
            }
    }
}

// Its adjoint: the gradient of the images to that of the points.
extern "C" __global__ void winograd_output_back(const T* grad, T* points, Tiles at) {
    constexpr T matrix[SIDE][TILE] = OUTPUT_BACK;
    INDEX count = at.count * at.channels;
    EACH(i, count) {
        T tile[TILE][TILE], result[SIDE][SIDE];
        gather(grad, place_of(i, at), at, tile);
        transform(matrix, tile, result);
        spread(result, points + i, count);
    }
}
