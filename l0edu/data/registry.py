"""Which bytes do the known data sets consist of, and where are they published?"""

from dataclasses import dataclass

__all__ = ["FILE_NAMES", "KNOWN", "MINI_SHA256", "MIRRORS", "KnownFile"]


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
}

# Of the IDX files that would hold the four arrays of digits-mini.npz.
MINI_SHA256 = (
    "7f2ea4c9ef8986d097eb015af6e7ac92d0220983040f6bf85e0ebdab34272774",
    "3617ddc2f63a55bda5efb0ce7dfbb513cc4680c40a8ecd9a5f3a390475accf08",
    "08212e895b958225f959f761e33da53e35faa44cebc75e329dcaa7b477fbddc0",
    "a8455fc3bf4f53a12fd7fac83ac10b16241e37d6ab97bdfad5c2ebdffb543bea",
)
