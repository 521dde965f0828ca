"""Help for testing code that is built on shapenet."""

from shapenet.testing.gradcheck import check_vjp

__all__ = ["check_vjp"]
