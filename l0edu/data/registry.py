"""Which bytes do the known data sets consist of, and where are they published?"""

from dataclasses import dataclass

__all__ = ["ARCHIVES", "FILE_NAMES", "KNOWN", "MINI_SHA256", "MIRRORS", "KnownArchive", "KnownFile"]


@dataclass(frozen=True)
class KnownFile:
    """One file of a published data set.

    Parameters
    ----------
    name : str
        File name, without ``.gz``.
    sha256 : str
        Of the uncompressed file: mirrors compress the same contents differently.
    """

    name: str
    sha256: str

    @property
    def on_mirrors(self) -> str:
        """Its name there, where it is compressed."""
        return f"{self.name}.gz"


@dataclass(frozen=True)
class KnownArchive:
    """A set that is published as one archive.

    Parameters
    ----------
    name : str
        File name.
    sha256 : str
        Of the archive as it is published.
    files : tuple of KnownFile
        The files in it that hold images, for a set that was unpacked or packed again.
    """

    name: str
    sha256: str
    files: tuple[KnownFile, ...]

    @property
    def on_mirrors(self) -> str:
        """Its name there."""
        return self.name


FILE_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)

MNIST_SHA256 = (
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
FASHION_SHA256 = (
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
)

KNOWN = {
    "mnist": tuple(map(KnownFile, FILE_NAMES, MNIST_SHA256)),
    "fashion-mnist": tuple(map(KnownFile, FILE_NAMES, FASHION_SHA256)),
}

# The authors' page gives MD5: c32a1d4ab5d03f1284b67883e8d87530 and 03b5dce01913d631647c71ecec9e9cb8.
ARCHIVES = {
    "cifar10": KnownArchive(
        "cifar-10-binary.tar.gz",
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        (
            KnownFile("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
            KnownFile("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
            KnownFile("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
            KnownFile("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
            KnownFile("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
            KnownFile("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
        ),
    ),
    "cifar100": KnownArchive(
        "cifar-100-binary.tar.gz",
        "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        (
            KnownFile("train.bin", "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"),
            KnownFile("test.bin", "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a"),
        ),
    ),
}

CIFAR_MIRRORS = ("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/")
MIRRORS = {
    "mnist": (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    "fashion-mnist": (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
    "cifar10": CIFAR_MIRRORS,
    "cifar100": CIFAR_MIRRORS,
}

# Of the IDX files that would hold the four arrays of digits-mini.npz.
MINI_SHA256 = (
    "7f2ea4c9ef8986d097eb015af6e7ac92d0220983040f6bf85e0ebdab34272774",
    "3617ddc2f63a55bda5efb0ce7dfbb513cc4680c40a8ecd9a5f3a390475accf08",
    "08212e895b958225f959f761e33da53e35faa44cebc75e329dcaa7b477fbddc0",
    "a8455fc3bf4f53a12fd7fac83ac10b16241e37d6ab97bdfad5c2ebdffb543bea",
)
