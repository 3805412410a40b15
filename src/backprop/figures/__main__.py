"""Write the picture of the README, backward.png, next to this file: `python -m backprop.figures`.

It is the drawing of lesson 3 that shows the errors and gradients of the backward pass.
"""

from base64 import b64decode
from pathlib import Path

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ..network import Parameters
from .backward_pass import backward_values

PICTURE = Path(__file__).with_name("backward.png")
EXAMPLE = Parameters(
    W1=np.array([[1.0, -2.0], [2.0, 1.0]]),
    b1=np.array([[0.5], [-1.0]]),
    W2=np.array([[1.0, -2.0]]),
    b2=np.array([[0.5]]),
)


def draw() -> tuple[bytes, str]:
    """Return the picture as the bytes of a PNG file, and its description."""
    InteractiveShell.instance()
    with capture_output() as captured:
        backward_values(EXAMPLE, np.array([[1.0], [0.5]]), np.array([[1.0]]))
    picture, words = (shown.data for shown in captured.outputs)
    return b64decode(picture["image/png"]), words["text/plain"]


if __name__ == "__main__":
    picture, description = draw()
    PICTURE.write_bytes(picture)
    print(f"wrote {PICTURE.name}: {description}")
