"""The pictures of lesson 2: units, layers, columns, XOR in the plane."""

from .arrays import bias_shapes, product_blocks, rows_and_columns
from .plots import decision_regions, errors, sigmoid_curve, single_units, xor_plane
from .units import network, one_layer, one_unit, overview

__all__ = [
    "bias_shapes", "decision_regions", "errors", "network", "one_layer", "one_unit", "overview",
    "product_blocks", "rows_and_columns", "sigmoid_curve", "single_units", "xor_plane",
]  # fmt: skip
