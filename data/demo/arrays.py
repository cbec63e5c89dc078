"""What the columns of the demo city are made of.

Days are numpy datetime64[D], instants datetime64[s]; NaT stands for "did not happen".
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]
Real: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Times: TypeAlias = NDArray[np.datetime64]
