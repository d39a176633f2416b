"""What does one pixel or one window collect? The kernels beside `l0edu.ops.convolution` and `pooling`.

Each element of a result collects what belongs to it. So no two threads write to one place, no atomic
additions are needed, and a second run gives the same bits.
"""

from types import ModuleType

from l0edu.gpu.kernels.launch import Kernel
from l0edu.tables import Array, Shape

__all__ = ["fold", "max_pool_dx", "mean_pool_dx", "patches", "window_max", "window_mean"]

PATCHES = Kernel(  # i is a window of a map: it copies its k k pixels
    "patches",
    "raw T x, Index height, Index width, Index batch, Index h, Index w, Index k, Index stride, Index padding",
    "raw T columns",
    """
    Index windows = h * w * batch, at = i, window = at % windows, map = at / windows;
    Index image = window % batch, across = window / batch % w, down = window / batch / w;
    for (Index p = 0; p < k; ++p)
        for (Index q = 0; q < k; ++q) {
            Index row = down * stride + p - padding, column = across * stride + q - padding;
            bool inside = 0 <= row && row < height && 0 <= column && column < width;
            columns[((map * k + p) * k + q) * windows + window] =
                inside ? x[((map * height + row) * width + column) * batch + image] : T(0);
        }
    """,
)

FOLD = Kernel(  # i is a pixel: it adds up its copies, in the plain version's order
    "fold",
    "raw T columns, Index height, Index width, Index batch, Index h, Index w, Index k, Index stride, "
    "Index padding",
    "T x",
    """
    Index at = i, image = at % batch, column = at / batch % width + padding;
    Index row = at / batch / width % height + padding, map = at / batch / width / height;
    T sum = T(0);
    Index down = row / stride;
    for (Index p = row % stride; p < k && down >= 0; p += stride, --down) {
        Index across = column / stride;
        for (Index q = column % stride; q < k && across >= 0; q += stride, --across)
            if (down < h && across < w)
                sum += columns[((((map * k + p) * k + q) * h + down) * w + across) * batch + image];
    }
    x = sum;
    """,
)

# i is a window: `corner` is where its first pixel lies
OF_WINDOWS = "raw T x, Index height, Index width, Index batch, Index h, Index w, Index k"
CORNER = """
    Index at = i, image = at % batch, across = at / batch % w;
    Index down = at / batch / w % h, map = at / batch / w / h;
    Index corner = ((map * height + down * k) * width + across * k) * batch + image;
    """

WINDOW_MAX = Kernel(
    "window_max",
    OF_WINDOWS,
    "T y",
    CORNER
    + """
    T largest = x[corner];
    for (Index place = 1; place < k * k; ++place) {
        T pixel = x[corner + (place / k * width + place % k) * batch];
        if (!(largest >= pixel || largest != largest)) largest = pixel;  // nan is the largest of all
    }
    y = largest;
    """,
)

WINDOW_MEAN = Kernel(
    "window_mean",
    OF_WINDOWS,
    "T y",
    CORNER
    + """
    T sum = x[corner];
    for (Index place = 1; place < k * k; ++place)
        sum += x[corner + (place / k * width + place % k) * batch];
    y = sum / T(k * k);
    """,
)

# i is a pixel: `window` is where that of its window lies, and `place` its own place in it
OF_PIXELS = "Index height, Index width, Index batch, Index h, Index w, Index k"
WINDOW = """
    Index at = i, image = at % batch, column = at / batch % width;
    Index row = at / batch / width % height, map = at / batch / width / height;
    Index down = row / k, across = column / k;
    Index window = ((map * h + down) * w + across) * batch + image;
    bool inside = down < h && across < w;
    """

MAX_POOL_DX = Kernel(
    "max_pool_dx",
    f"raw T g, raw T y, raw T x, {OF_PIXELS}",
    "T dx",
    WINDOW
    + """
    dx = T(0);
    if (inside) {
        Index corner = ((map * height + down * k) * width + across * k) * batch + image;
        Index own = row % k * k + column % k;
        T rest = g[window], taken = T(0);  // rest: what no pixel before this one has taken
        for (Index place = 0; place <= own && place < k * k - 1; ++place) {
            taken = rest * T(x[corner + (place / k * width + place % k) * batch] == y[window]);
            rest -= taken;
        }
        dx = own < k * k - 1 ? taken : rest;
    }
    """,
)

MEAN_POOL_DX = Kernel(
    "mean_pool_dx", f"raw T g, {OF_PIXELS}", "T dx", WINDOW + "dx = inside ? g[window] / T(k * k) : T(0);"
)


def patches(xp: ModuleType, x: Array, k: int, stride: int = 1, padding: int = 0) -> Array:
    """As `l0edu.ops.convolution.patches`."""
    C, height, width, batch = x.shape
    if k == stride == 1 and padding == 0:
        return x.reshape(C, height * width * batch)
    h, w = ((size + 2 * padding - k) // stride + 1 for size in (height, width))
    columns = xp.empty((C * k * k, h * w * batch), dtype=x.dtype)
    gather = PATCHES.on(xp, largest=max(x.size, columns.size))
    return gather(x, height, width, batch, h, w, k, stride, padding, columns, size=C * h * w * batch)


def fold(xp: ModuleType, columns: Array, shape: Shape, k: int, stride: int = 1, padding: int = 0) -> Array:
    """As `l0edu.ops.convolution.fold`."""
    _, height, width, batch = shape
    h, w = ((size + 2 * padding - k) // stride + 1 for size in (height, width))
    x = xp.empty(shape, dtype=columns.dtype)
    gather = FOLD.on(xp, largest=max(x.size, columns.size))
    return gather(columns, height, width, batch, h, w, k, stride, padding, x)


def window_max(xp: ModuleType, x: Array, k: int) -> Array:
    """As `l0edu.ops.pooling.window_max`."""
    return _of_windows(WINDOW_MAX, xp, x, k)


def window_mean(xp: ModuleType, x: Array, k: int) -> Array:
    """As `l0edu.ops.pooling.window_mean`."""
    return _of_windows(WINDOW_MEAN, xp, x, k)


def max_pool_dx(xp: ModuleType, g: Array, y: Array, x: Array, k: int) -> Array:
    """As `l0edu.ops.pooling.max_pool_dx`."""
    dx = xp.empty(x.shape, dtype=x.dtype)
    return MAX_POOL_DX.on(xp, largest=x.size)(g, y, x, *x.shape[1:], *g.shape[1:3], k, dx)


def mean_pool_dx(xp: ModuleType, g: Array, x: Array, k: int) -> Array:
    """As `l0edu.ops.pooling.mean_pool_dx`."""
    dx = xp.empty(x.shape, dtype=x.dtype)
    return MEAN_POOL_DX.on(xp, largest=x.size)(g, *x.shape[1:], *g.shape[1:3], k, dx)


def _of_windows(kernel: Kernel, xp: ModuleType, x: Array, k: int) -> Array:
    C, height, width, batch = x.shape
    h, w = height // k, width // k
    y = xp.empty((C, h, w, batch), dtype=x.dtype)
    return kernel.on(xp, largest=x.size)(x, height, width, batch, h, w, k, y)
