// Rows of a table [rows, columns], looked up by their numbers and added up by them.
#include "common.cuh"

// A number out of range has a row of nan: nobody waits for the device to say so.
extern "C" __global__ void look_up(
    const T* table, const long long* numbers, T* out, INDEX size, INDEX rows, INDEX columns, T nan
) {
    EACH(number, size) {
        INDEX i = number, column = last_of(i, columns);
        long long row = numbers[i];
        out[number] = 0 <= row && row < rows ? table[(INDEX)row * columns + column] : nan;
    }
}

// Each thread adds up what belongs to one element of the table: those of order from start[row] to start[row + 1].
extern "C" __global__ void add_up(
    const T* values, const long long* order, const long long* start, T* out, INDEX size, INDEX columns
) {
    EACH(number, size) {
        INDEX row = number, column = last_of(row, columns);
        T sum = 0;
        for (long long i = start[row]; i < start[row + 1]; i++) sum += values[(INDEX)order[i] * columns + column];
        out[number] = sum;
    }
}
