"""What are the entries of docs/errata.md called? The page itself is not installed with the package."""

__all__ = ["ERRATA"]

ERRATA = {
    "A1": "Slides swap gamma and zeta",
    "A2": "Where log_alpha starts",
    "A3": "The temperature belongs inside the sigmoid",
    "A4": "beta at test time: Eq. 13 and l0-python",
    "A5": "Which lambda?",
    "A6": "The reference code's default lambdas for LeNet-5",
    "A7": 'Three numbers that are all called "the gate"',
    "A8": "Expected L0 and counted L0",
    "B1": "Convolutions are counted over channels and height",
    "B2": "The bias of a convolution is left out in training",
    "B3": "The bias of a convolution rewards an open gate",
    "B4": "Biases of dense layers are neither gated nor charged",
    "B5": "The weight decay of LeNet-5 lacks its N",
    "B6": "The average keeps the initial weights",
    "B7": "A wide ResNet whose size never changes",
    "B8": "It does not run today",
    "B9": "The stride is on the other convolution",
    "B10": "Gates before batch norm hear next to nothing",
    "B11": "Constants behind the back",
    "B12": "The best epoch on the test set",
    "B13": "How many lambdas?",
    "B14": "LeNet-5 is not averaged",
    "B15": "Each layer is counted by its own gates only",
    "B16": "Closed units are computed all the same",
}
