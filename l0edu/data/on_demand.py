"""What stands for the inputs of a set whose pixels are bytes? An index into them makes floats."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["FloatsOnDemand"]


@dataclass(frozen=True, eq=False)
class FloatsOnDemand:
    """What stands for `x` of a set whose pixels are bytes: each index gives an array of floats.

    Parameters
    ----------
    images : ByteImages or DeviceImages

    Examples
    --------
    >>> from l0edu.data import ByteImages
    >>> one, half = np.ones(1), np.full(1, 0.5)
    >>> data = ByteImages(np.zeros((3, 1, 2, 2), np.uint8), np.zeros(3, int), "example", one, half)
    >>> data.x.shape, len(data.x), data.x[:2].ravel().tolist()
    ((3, 1, 2, 2), 3, [-2.0, -2.0, -2.0, -2.0, -2.0, -2.0, -2.0, -2.0])
    """

    images: Any

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows: Any) -> Any:
        return self.images.inputs(rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """(N, C, H, W)."""
        shape: tuple[int, ...] = self.images.pixels.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the arrays that an index gives."""
        return np.dtype(self.images.dtype)
