"""Tiny CIFAR sets: records of random pixels, as files in a folder and as archives."""

import gzip
import io
import tarfile

import numpy as np

from l0edu.data.cifar_files import CIFAR10, CIFAR100


def records(seed, count, classes=(10,)):
    """Random records, (count, labels + 3072)."""
    rng = np.random.default_rng(seed)
    labels = [rng.integers(0, number, (count, 1), dtype=np.uint8) for number in classes]
    return np.hstack([*labels, rng.integers(0, 256, (count, 3072), dtype=np.uint8)])


def cifar10(train=(2, 1), test=1):
    """The files of a CIFAR-10 with so many images in each."""
    files = {f"data_batch_{i}.bin": records(i, count) for i, count in enumerate(train, 1)}
    return {**files, "test_batch.bin": records(99, test)}


def cifar100(train=3, test=2):
    return {"train.bin": records(1, train, (20, 100)), "test.bin": records(2, test, (20, 100))}


def write(files, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in files.items():
        (folder / name).write_bytes(bytes(array))
    return folder


def header(name, size=0, kind=tarfile.REGTYPE, link=""):
    """One block of a tar file that says what follows."""
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = size, kind, link
    return member.tobuf(tarfile.GNU_FORMAT)


def tar(files, folder=CIFAR10.folder):
    """An uncompressed archive with the files in a folder, as bytes."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, array in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(bytes(array))
            archive.addfile(member, io.BytesIO(bytes(array)))
    return stream.getvalue()


def pack(content, path):
    """The .tar.gz of these bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, compresslevel=1, mtime=0))
    return path


def pack100(files, path):
    return pack(tar(files, CIFAR100.folder), path)
