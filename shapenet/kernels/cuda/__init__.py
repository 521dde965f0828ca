"""Kernels in CUDA C, for arrays on a GPU: the sources, their loader, and what calls them.

Each module has the functions of the module of that name in ``shapenet.kernels`` which it takes over, with the same
signatures; there the device of the array decides. See docs/gpu.md.
"""
