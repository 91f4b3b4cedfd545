"""The kinds of arrays that pass between the modules of learning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shares = NDArray[np.float32]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]
