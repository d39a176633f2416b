"""How is a .tar.gz read without trusting it? From first byte to last, keeping only what was asked for.

A tar file is a row of blocks of 512 bytes: for each member a header (name, size, kind), then its contents,
filled up with zeros to whole blocks. Two blocks of zeros end it. The checksum of it all stands behind them,
at the end of the gzip stream, so whoever stops early has checked nothing.

Python's `tarfile` takes a damaged header in the middle for the end, and believes any size. It only decodes
headers here.
"""

import gzip
import hashlib
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from l0edu.errors import InputError

__all__ = ["MAX_BYTES", "ArchiveStream", "file_chunks", "file_sha256", "unpack"]

BLOCK = 512
ZEROS = bytes(BLOCK)
CHUNK = 2**20
MAX_BYTES = 2**30  # six times CIFAR-10: what all members together may unpack to
MAX_MEMBERS = 1000
MAX_EXTENDED = 2**16  # bytes of an extended header: usual ones have a few hundred
MAX_ZEROS = 2**20  # bytes behind the end

FILE_KINDS = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
EXTENDED = (tarfile.XHDTYPE, tarfile.XGLTYPE)  # of the POSIX format: they say more about the next member
EXTENDED_RECORD = re.compile(rb"([0-9]{1,9}) ([^=]*)=")  # as in b"30 mtime=1236621390.123456789\n"
REFUSED = {
    tarfile.LNKTYPE: "a link",
    tarfile.SYMTYPE: "a link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
    tarfile.GNUTYPE_LONGNAME: "a name of more than 100 letters",
    tarfile.GNUTYPE_LONGLINK: "a link",
}


def unpack(path: Path, wanted: re.Pattern[str], record_bytes: int, folder: Path) -> tuple[Path, ...]:
    """Write the wanted members of a .tar.gz into a folder, under their names without folders.

    Parameters
    ----------
    path : Path
        The archive.
    wanted : pattern
        Matches the names of the members to keep, without their folders. Other files are read and dropped.
    record_bytes : int
        Wanted members hold a whole number of records of so many bytes, at least one.
    folder : Path
        Where to; no member of the archive is in it yet.

    Returns
    -------
    tuple of Path
        The files written, in the archive's order.

    Raises
    ------
    InputError
        For an archive that is damaged, truncated or too large; that holds anything but files and folders, a
        path that leads out of it, or a wanted file twice or of another size.
    OSError
        When the folder cannot be written.
    """
    try:
        with _open(path) as opened:
            return tuple(_members(ArchiveStream(opened), wanted, record_bytes, folder))
    except InputError as error:
        raise InputError(f"{path} {error}") from None


def file_chunks(path: Path) -> Iterator[bytes]:
    """A file in parts of up to a megabyte; InputError when it cannot be read."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check its permissions") from None


def file_sha256(path: Path) -> str:
    """SHA-256 of a file as it is, 64 hexadecimal digits; InputError when it cannot be read."""
    digest = hashlib.sha256()
    for chunk in file_chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


class ArchiveStream:
    """A gzip stream that gives exactly as many bytes as asked for, and at most `MAX_BYTES` in all.

    Parameters
    ----------
    stream : binary file
        Gives the unpacked bytes.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.left = MAX_BYTES

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes; InputError when there are fewer."""
        self.reserve(count)
        data = self._read(count)
        if len(data) < count:
            raise InputError("is truncated: fetch it again")
        self.left -= count
        return data

    def chunks(self, count: int) -> Iterator[bytes]:
        """The next ``count`` bytes in parts of up to a megabyte; InputError when there are fewer."""
        self.reserve(count)
        while count:
            part = self.take(min(CHUNK, count))
            count -= len(part)
            yield part

    def reserve(self, count: int) -> None:
        """InputError when ``count`` more bytes are more than an archive may hold."""
        if count > self.left:
            raise InputError(f"unpacks to more than {MAX_BYTES:,} bytes: give the published archive")

    def end(self) -> None:
        """Read to the last byte, which checks the checksum; InputError unless all that is left is zeros."""
        rest = self._read(MAX_ZEROS + 1)
        if len(rest) > MAX_ZEROS or rest.strip(b"\0"):
            raise InputError("goes on after its end: fetch it again")

    def _read(self, count: int) -> bytes:
        try:
            return self.stream.read(count)
        except EOFError:
            raise InputError("is truncated: fetch it again") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            problem = f"is damaged, or no gzip archive ({error})"
            raise InputError(f"{problem}: fetch it again, or give the folder of the unpacked files") from None
        except OSError as error:
            raise InputError(f"cannot be read ({error.strerror}): check its permissions") from None


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be opened ({error.strerror}): check the path and its permissions") from None
    with file, gzip.GzipFile(fileobj=file) as stream:
        yield stream  # type: ignore[misc]


def _members(stream: ArchiveStream, wanted: re.Pattern[str], record: int, folder: Path) -> Iterator[Path]:
    seen = set()
    for member in _headers(stream):
        name = member.name.rpartition("/")[2]
        if member.isdir() or not wanted.fullmatch(name):
            _drop(stream, member.size)
        else:
            if name in seen:
                raise InputError(f"holds {name!a} twice: pack each file once")
            seen.add(name)
            _check_size(member, record)
            _write(stream, member.size, folder / name)
            yield folder / name
        stream.take(-member.size % BLOCK)
    stream.end()


def _headers(stream: ArchiveStream) -> Iterator[tarfile.TarInfo]:
    """The headers of files and folders, each checked; the caller reads the contents before the next."""
    for _ in range(MAX_MEMBERS):
        block = stream.take(BLOCK)
        if block == ZEROS:
            if stream.take(BLOCK) != ZEROS:
                raise InputError("is damaged (a lone block of zeros): fetch it again")
            return
        member = _decode(block)
        if member.type in EXTENDED:
            _check_extended(stream, member.size)
        else:
            yield member
    raise InputError(f"holds more than {MAX_MEMBERS} members: give the published archive")


def _decode(block: bytes) -> tarfile.TarInfo:
    try:
        member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise InputError(f"is damaged ({error}): fetch it again") from None
    if member.type in REFUSED:
        raise InputError(f"holds {REFUSED[member.type]}, {member.name!a}: pack files only")
    if member.type not in (*FILE_KINDS, tarfile.DIRTYPE, *EXTENDED):
        raise InputError(f"holds {member.name!a} of unknown kind {member.type!r}: pack files only")
    parts = member.name.replace("\\", "/").split("/")
    if parts[0] == "" or ":" in parts[0] or ".." in parts:
        raise InputError(f"holds the path {member.name!a}, which leads out of it: pack one folder of files")
    if member.size < 0 or (member.isdir() and member.size):
        raise InputError(f"is damaged ({member.name!a} has a size of {member.size}): fetch it again")
    return member


def _check_extended(stream: ArchiveStream, size: int) -> None:
    """Refuse what would change the next member's name or size; owners and times do not matter here."""
    if size > MAX_EXTENDED:
        raise InputError(f"is damaged (an extended header of {size:,} bytes): fetch it again")
    text, start = stream.take(size).rstrip(b"\0"), 0
    stream.take(-size % BLOCK)
    while start < len(text):
        found = EXTENDED_RECORD.match(text, start)
        end = start + int(found[1]) if found else 0
        if not found or not found.end() <= end <= len(text):
            raise InputError("is damaged (an extended header): fetch it again")
        if found[2] in (b"path", b"linkpath", b"size") or found[2].startswith(b"GNU.sparse"):
            raise InputError(
                "changes a name or a size by an extended header: pack the published files alone, in a folder "
                "with a short name of plain letters"
            )
        start = end


def _check_size(member: tarfile.TarInfo, record: int) -> None:
    if member.size == 0 or member.size % record:
        raise InputError(
            f"holds {member.name!a} of {member.size:,} bytes, not whole records of {record:,}: fetch it again"
        )


def _drop(stream: ArchiveStream, size: int) -> None:
    for _ in stream.chunks(size):
        pass


def _write(stream: ArchiveStream, size: int, path: Path) -> None:
    with path.open("xb") as file:
        for part in stream.chunks(size):
            file.write(part)
