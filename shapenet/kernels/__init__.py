"""Kernels: arrays in, arrays out, every output and workspace given by the caller."""
