"""The first values of the models' parameters, where torchvision departs from those of the layers."""

from __future__ import annotations

from shapenet.nn import Conv2d, Linear, Module, init


def fan_out_convolutions(module: Module) -> None:
    """Convolutions normal with variance ``2/fan_out``, biases 0; for ``Module.apply``.

    Source: He et al., "Delving deep into rectifiers" (2015), section 2.2, equation 14.
    """
    if isinstance(module, Conv2d):
        init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if module.bias is not None:
            init.zeros_(module.bias)


def narrow_linears(module: Module) -> None:
    """Linear layers normal with deviation 0.01, biases 0; for ``Module.apply``.

    Source: Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012), section 5.
    """
    if isinstance(module, Linear):
        init.normal_(module.weight, std=0.01)
        if module.bias is not None:
            init.zeros_(module.bias)
