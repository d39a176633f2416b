"""What is a network made of? Every layer, from one file a kind."""

from l0edu.layers.base import Layer, Tables
from l0edu.layers.combinators import Chain, Residual, leaves, runs, walk_shapes
from l0edu.layers.selection import Put, Scale, Take
from l0edu.layers.unitwise import BatchNorm, Gate, MaxPool, MeanPool, Relu
from l0edu.layers.weighted import Conv, Dense, Flatten

__all__ = [
    "BatchNorm",
    "Chain",
    "Conv",
    "Dense",
    "Flatten",
    "Gate",
    "Layer",
    "MaxPool",
    "MeanPool",
    "Put",
    "Relu",
    "Residual",
    "Scale",
    "Tables",
    "Take",
    "leaves",
    "runs",
    "walk_shapes",
]
