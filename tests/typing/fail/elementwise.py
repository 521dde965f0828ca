"""Functions of each element, bounds and logic that do not fit."""

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor
from shapenet.dims import B, C, H


def kinds(x: Tensor[B, C], mask: BoolTensor[B, C]) -> None:
    #: error: floor expects x to be a floating or an integer tensor, got a boolean one [shape]
    mask.floor()
    #: error: square expects x to be a floating or an integer tensor, got a boolean one [shape]
    shapenet.square(mask)
    #: error: and expects x to be a boolean or an integer tensor, got a floating one [shape]
    x & mask
    #: error: or expects other to be a boolean or an integer tensor, got a floating one [shape]
    mask | x
    #: error: xor expects other to be a boolean or an integer tensor, got a floating one [shape]
    mask ^ 0.5
    #: error: invert expects x to be a boolean or an integer tensor, got a floating one [shape]
    ~x
    #: error: remainder expects x to be a floating or an integer tensor, got a boolean one [shape]
    mask % mask
    #: error: floor_divide expects x to be a floating or an integer tensor, got a boolean one [shape]
    mask // True
    #: error: subtract expects x to be a floating or an integer tensor, got a boolean one [shape]
    mask - mask
    #: error: power expects x to be a floating or an integer tensor, got a boolean one [shape]
    mask**mask
    #: error: power expects x to be a floating or an integer tensor, got a boolean one [shape]
    mask.pow(mask)
    #: error: negative expects x to be a floating or an integer tensor, got a boolean one [shape]
    -mask


def shapes(x: Tensor[B, C], y: Tensor[H], mask: BoolTensor[B, C]) -> None:
    #: error: maximum cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    x.maximum(y)
    #: error: minimum cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    shapenet.minimum(x, y)
    #: error: clamp cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    x.clamp(0, y)
    #: error: clamp cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    shapenet.clamp(x, y)
    #: error: power cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    x.pow(y)
    #: error: floor_divide cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    x // y
    #: error: remainder cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    x % y
    #: error: and cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    mask & (y > 0)
    #: error: logical_or cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    mask.logical_or(y)
    #: error: logical_and cannot broadcast [B, C] with [H]: dimension -1 is C against H, and neither is 1 [shape]
    shapenet.logical_and(mask, y)
    #: error: Argument 1 to "maximum" of "Elementwise" has incompatible type "int"; expected "Tensor[*tuple[Any, ...]]" [arg-type]
    x.maximum(1)
