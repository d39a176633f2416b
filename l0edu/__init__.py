"""Learning Sparse Neural Networks through L0 Regularization: to read, to run and to check against."""

from l0edu.averaging import Average
from l0edu.bernoulli import BernoulliGates
from l0edu.compact import Compacted, compact
from l0edu.concrete import BinaryConcrete
from l0edu.conditional import apply_conditionally
from l0edu.data import Dataset, batches
from l0edu.dropout import Dropout
from l0edu.errors import GateWarning, InputError, TrainingDivergedError
from l0edu.explained import ExplainedError, explain_errors
from l0edu.flops import Flops, flops
from l0edu.gates import HardConcrete
from l0edu.gating import (
    architecture,
    clamp_log_alpha,
    draw_noise,
    open_at_test,
    open_probabilities,
    sample_gates,
    test_gates,
)
from l0edu.gaussian import HardGaussian
from l0edu.gradient import value_and_grad
from l0edu.layers import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    MaxPool,
    MeanPool,
    Put,
    Relu,
    Residual,
    Scale,
    Take,
)
from l0edu.lp import lp_penalty
from l0edu.models import lenet5, mlp
from l0edu.network import Network
from l0edu.network_file import LoadedNetwork, load_network, save_network
from l0edu.ops import cross_entropy
from l0edu.optim import SGD, Adam, StepDecay
from l0edu.penalty import expected_l0, l0_penalty, l2_penalty
from l0edu.records import Record, State
from l0edu.rectified import RectifiedLaw
from l0edu.settings import Settings
from l0edu.target import Target
from l0edu.train import fit
from l0edu.trained import Run, load_run
from l0edu.wide_resnet import wide_resnet

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "Adam",
    "Average",
    "BatchNorm",
    "BernoulliGates",
    "BinaryConcrete",
    "Chain",
    "Compacted",
    "Conv",
    "Dataset",
    "Dense",
    "Dropout",
    "ExplainedError",
    "Flatten",
    "Flops",
    "Gate",
    "GateWarning",
    "HardConcrete",
    "HardGaussian",
    "InputError",
    "LoadedNetwork",
    "MaxPool",
    "MeanPool",
    "Network",
    "Put",
    "Record",
    "RectifiedLaw",
    "Relu",
    "Residual",
    "Run",
    "Scale",
    "Settings",
    "State",
    "StepDecay",
    "Take",
    "Target",
    "TrainingDivergedError",
    "apply_conditionally",
    "architecture",
    "batches",
    "clamp_log_alpha",
    "compact",
    "cross_entropy",
    "draw_noise",
    "expected_l0",
    "explain_errors",
    "fit",
    "flops",
    "l0_penalty",
    "l2_penalty",
    "lenet5",
    "load_network",
    "load_run",
    "lp_penalty",
    "mlp",
    "open_at_test",
    "open_probabilities",
    "sample_gates",
    "save_network",
    "test_gates",
    "value_and_grad",
    "wide_resnet",
]
