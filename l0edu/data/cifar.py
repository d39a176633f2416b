"""How are CIFAR-10 and CIFAR-100 read? In their binary form: records of labels and 3,072 pixels, a byte each.

They are unpacked once into a cache folder, as two files, train.bin and test.bin, of the same records. From
there they are mapped into memory, so that reading them takes no memory of its own.
"""

import hashlib
import json
import math
import tempfile
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt

from l0edu.data.archive import MAX_BYTES, file_chunks, file_sha256, unpack
from l0edu.data.byte_images import ByteImages, channel_moments
from l0edu.data.cache import cache_folder, keep
from l0edu.data.cifar_files import LAYOUTS, SHAPE, Layout, Source, find_cifar, in_order
from l0edu.data.folder import expand
from l0edu.data.registry import ARCHIVES
from l0edu.errors import InputError

__all__ = ["load_cifar"]

Bytes = npt.NDArray[np.uint8]

PIXELS = math.prod(SHAPE)
TRAIN, TEST = "train.bin", "test.bin"
PARTS = "parts.json"  # SHA-256 of the files that the two were made of


def load_cifar(
    name: str, place: str | Path, dtype: npt.DTypeLike = np.float32
) -> tuple[ByteImages, ByteImages]:
    """The training and test set of CIFAR-10 or CIFAR-100, scaled to mean 0 and deviation 1 in each channel.

    Mean and deviation are those of the training images. A set that is not the published one, such as a part
    of it, is read with a warning.

    Parameters
    ----------
    name : {"cifar10", "cifar100", "cifar100-coarse"}
        The last takes the 20 coarse labels of CIFAR-100 in place of the 100 fine ones.
    place : str or Path
        The folder with the archive or its unpacked files, as `find_cifar` looks for them; or the archive.
    dtype : floating point dtype
        Of the inputs.

    Returns
    -------
    train, test : ByteImages
        Of 3 x 32 x 32 pixels, mapped from the cache.

    Raises
    ------
    InputError
        For files that are missing, damaged, of another format or being written, or labels out of range.
    """
    layout = LAYOUTS[name]
    source = find_cifar(layout, expand(place))
    digest = _digest(source)
    entry = cache_folder() / f"{layout.folder}-{digest[:32]}"
    kept = keep(entry, (TRAIN, TEST, PARTS), lambda folder: _build(layout, source, digest, folder))
    if not _is_published(layout, digest, json.loads(kept[PARTS].tobytes())):
        what = f"{source.place}: not the published {layout.title}"
        warnings.warn(f"{what}, published results do not apply to it", stacklevel=3)
    train, test = (_records(layout, kept[file]) for file in (TRAIN, TEST))
    moments = channel_moments(_pixels(train))
    try:
        return (
            ByteImages(_pixels(train), _labels(train, layout), f"{name} train", *moments, dtype),
            ByteImages(_pixels(test), _labels(test, layout), f"{name} test", *moments, dtype),
        )
    except InputError as error:
        raise InputError(f"{source.place}: {error}") from None


def _build(layout: Layout, source: Source, digest: str, folder: Path) -> None:
    """Write train.bin, test.bin and parts.json, checked, if the source still has this digest afterwards."""
    with tempfile.TemporaryDirectory(dir=folder) as parts:
        files = source.files or unpack(source.place, layout.files, layout.record_bytes, Path(parts))
        train, test = in_order(layout, files, source.place)
        digests = _join(layout, train, folder / TRAIN) | _join(layout, [test], folder / TEST)
    (folder / PARTS).write_text(json.dumps(digests), encoding="utf-8")
    for file in (TRAIN, TEST):
        _check_labels(_records(layout, np.memmap(folder / file, np.uint8, mode="r")), layout, source, file)
    if _digest(source) != digest:
        raise InputError(f"{source.place} changed while it was read: run this again when it is complete")


def _join(layout: Layout, files: list[Path], joined: Path) -> dict[str, str]:
    """One file of the records of all; the SHA-256 of each, by its name."""
    digests = {}
    with joined.open("xb") as out:
        for path in files:
            digest, start = hashlib.sha256(), out.tell()
            for chunk in file_chunks(path):
                out.write(chunk)
                digest.update(chunk)
                if out.tell() > MAX_BYTES:
                    raise InputError(f"{path} is too large: give at most {MAX_BYTES:,} bytes of images")
            _check_size(out.tell() - start, layout, path)
            digests[path.name] = digest.hexdigest()
    return digests


def _check_size(found: int, layout: Layout, path: Path) -> None:
    if found == 0 or found % layout.record_bytes:
        raise InputError(
            f"{path} has {found:,} bytes, not whole records of {layout.record_bytes:,}: fetch it again"
        )


def _check_labels(records: Bytes, layout: Layout, source: Source, file: str) -> None:
    for column, classes in enumerate(layout.classes):
        largest = int(records[:, column].max())
        if largest >= classes:
            which = f"image {int(records[:, column].argmax())} of its {file.removesuffix('.bin')} images"
            raise InputError(
                f"{source.place}: label {largest} at {which}: give {layout.title}, labels in 0..{classes - 1}"
            )


def _records(layout: Layout, file: Bytes) -> Bytes:
    return file.reshape(-1, layout.record_bytes)  # (N, 3073) or (N, 3074)


def _pixels(records: Bytes) -> Bytes:
    return records[:, -PIXELS:].reshape(-1, *SHAPE)  # (N, 3, 32, 32), still the file's own bytes


def _labels(records: Bytes, layout: Layout) -> npt.NDArray[np.int64]:
    return records[:, layout.label].astype(np.int64)  # (N,)


def _digest(source: Source) -> str:
    """SHA-256 of an archive, or of the names and the SHA-256 of a folder's files."""
    digests = {path.name: file_sha256(path) for path in source.files or [source.place]}
    if not source.files:
        return digests[source.place.name]
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()


def _is_published(layout: Layout, digest: str, parts: dict[str, str]) -> bool:
    known = ARCHIVES[layout.home]
    return digest == known.sha256 or parts == {file.name: file.sha256 for file in known.files}
