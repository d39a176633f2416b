"""Which mistakes do people make in counting FLOPs? One function each, wrong in one way."""

import numpy as np

from l0edu.course.catalogue import mutant


@mutant("dense_flops", "only the multiplies are counted", hint="Is an add an operation, too?")
def dense_flops_of_multiplies(n_in, n_out):
    return n_in * n_out


@mutant(
    "dense_flops",
    "the add of the bias is missing: 2n - 1 for each output",
    hint="How many adds does w x + v y + b have?",
)
def dense_flops_without_bias(n_in, n_out):
    return (2 * n_in - 1) * n_out


@mutant("dense_flops", "an add too many for each output: 2n + 1", hint="How many adds join three products?")
def dense_flops_with_an_add_too_many(n_in, n_out):
    return (2 * n_in + 1) * n_out


@mutant(
    "conv_flops",
    "positions are counted over channels and height, as in the reference code (errata B1)",
    hint="Along which axes of (maps, height, width) does the kernel slide?",
)
def conv_flops_over_channels_and_height(in_shape, maps, kernel):
    channels, height, _ = in_shape
    return (channels - kernel + 1) * (height - kernel + 1) * 2 * kernel**2 * channels * maps


@mutant(
    "conv_flops",
    "the kernel is laid at every pixel, as with padding",
    hint="Does the kernel fit where the image ends?",
)
def conv_flops_with_padding(in_shape, maps, kernel):
    channels, height, width = in_shape
    return height * width * 2 * kernel**2 * channels * maps


@mutant(
    "conv_flops",
    "a row and a column of positions are missing",
    hint="At how many positions does a kernel of side 2 fit into 3 pixels?",
)
def conv_flops_one_position_short(in_shape, maps, kernel):
    channels, height, width = in_shape
    return (height - kernel) * (width - kernel) * 2 * kernel**2 * channels * maps


@mutant("conv_flops", "the add of the bias is missing", hint="Is the bias added at each position?")
def conv_flops_without_bias(in_shape, maps, kernel):
    channels, height, width = in_shape
    return (height - kernel + 1) * (width - kernel + 1) * (2 * kernel**2 * channels - 1) * maps


@mutant(
    "conv_flops", "the input maps are missing", hint="How many numbers lie under the kernel at one position?"
)
def conv_flops_without_input_maps(in_shape, maps, kernel):
    _, height, width = in_shape
    return (height - kernel + 1) * (width - kernel + 1) * 2 * kernel**2 * maps


@mutant(
    "units_at_work",
    "alive is enough: what nothing reads counts too",
    hint="What of a unit whose successors are all closed?",
)
def units_that_are_alive(gates):
    return [gate > 0 for gate in gates]


@mutant(
    "units_at_work",
    "wanted is enough: the unit's own gate is not looked at",
    hint="Is a unit with a closed gate multiplied?",
)
def units_that_are_wanted(gates):
    later = [all(gate.any() for gate in gates[i + 1 :]) for i in range(len(gates))]
    return [np.full(len(gate), wanted) for gate, wanted in zip(gates, later, strict=True)]


@mutant(
    "units_at_work",
    "a closed list silences what lies behind it: the biases are forgotten",
    hint="What is the output of a layer whose inputs are all 0?",
)
def units_of_layers_without_bias(gates):
    working = all(gate.any() for gate in gates)
    return [(gate > 0) & working for gate in gates]


@mutant(
    "units_at_work",
    "only the next list is looked at, not all that follow",
    hint="Who reads the unit that reads this one?",
)
def units_wanted_by_the_next_layer(gates):
    following = [*[gate.any() for gate in gates[1:]], True]
    return [(gate > 0) & wanted for gate, wanted in zip(gates, following, strict=True)]


@mutant(
    "units_at_work",
    "the walk goes forward, not backward",
    hint="Does the use of a unit depend on what comes before it?",
)
def units_reached_from_the_input(gates):
    return [(gate > 0) & all(before.any() for before in gates[:i]) for i, gate in enumerate(gates)]


def _pairs(numbers, n_out):
    """Number of inputs and of outputs of each layer."""
    return list(zip(numbers, [*numbers[1:], n_out], strict=True))


def _at_work(gates):
    return [int(gate.sum()) * all(one.any() for one in gates[i:]) for i, gate in enumerate(gates)]


@mutant(
    "chain_flops",
    "each layer is counted by its own gates, as in the reference code (errata B15)",
    hint="Is an output whose gate is closed computed?",
)
def chain_flops_by_own_gates(gates, n_out):
    widths = [*[len(gate) for gate in gates[1:]], n_out]
    return sum(2 * int(gate.sum()) * width for gate, width in zip(gates, widths, strict=True))


@mutant(
    "chain_flops",
    "what leads into a dead end is counted too",
    hint="Close one whole list: which layers are useless then?",
)
def chain_flops_with_dead_ends(gates, n_out):
    return sum(2 * a * b for a, b in _pairs([int(gate.sum()) for gate in gates], n_out))


@mutant(
    "chain_flops",
    "nothing behind a closed list is counted: the biases are forgotten",
    hint="What is the output of a layer whose inputs are all 0?",
)
def chain_flops_without_constants(gates, n_out):
    counts = [int(gate.sum()) for gate in gates]
    return sum(2 * a * b for a, b in _pairs(counts, n_out)) if all(counts) else 0


@mutant(
    "chain_flops",
    "the adds of the biases are missing: 2n - 1 for each output",
    hint="How many adds does w x + v y + b have?",
)
def chain_flops_without_biases(gates, n_out):
    return sum((2 * a - 1) * b for a, b in _pairs(_at_work(gates), n_out) if a)


@mutant("chain_flops", "the last layer is left out", hint="How many layers do four lists of gates make?")
def chain_flops_without_the_last_layer(gates, n_out):
    return sum(2 * a * b for a, b in _pairs(_at_work(gates), n_out)[:-1])


@mutant(
    "expected_flops_own_gates",
    "both sides of a layer are weighed, not only its own gates",
    hint="What does the reference code know of the next layer's gates?",
)
def own_gates_of_both_sides(probabilities, n_out):
    return sum(2 * a * b for a, b in _pairs([p.sum() for p in probabilities], n_out))


@mutant(
    "expected_flops_own_gates",
    "the gates are taken to be on the outputs",
    hint="Which side of layer l is gates[l] on?",
)
def own_gates_at_the_outputs(probabilities, n_out):
    outputs = [*[p.sum() for p in probabilities[1:]], n_out]
    return sum(2 * len(p) * b for p, b in zip(probabilities, outputs, strict=True))


@mutant(
    "expected_flops_own_gates",
    "a gate counts as open when P > 1/2",
    hint="What does a gate with P = .4 cost on average?",
)
def own_gates_by_majority(probabilities, n_out):
    widths = [*[len(p) for p in probabilities[1:]], n_out]
    return sum(2 * int((p > 0.5).sum()) * width for p, width in zip(probabilities, widths, strict=True))


def _any(p):
    """P(at least one gate is open)."""
    return 1 - np.prod(1 - p)


def _later(probabilities, i):
    """P(every list from i on has an open gate)."""
    return np.prod([_any(p) for p in probabilities[i:]])


def _sum_of_layers(probabilities, n_out, factor):
    """2 E[inputs open] E[outputs open] of layer i, times factor(i)."""
    pairs = _pairs([p.sum() for p in probabilities], n_out)
    return sum(2 * a * b * factor(i) for i, (a, b) in enumerate(pairs))


@mutant(
    "expected_flops",
    "each layer is counted by its own gates only",
    hint="Is an output whose gate is closed computed?",
)
def expected_by_own_gates(probabilities, n_out):
    widths = [*[len(p) for p in probabilities[1:]], n_out]
    return sum(2 * p.sum() * width for p, width in zip(probabilities, widths, strict=True))


@mutant(
    "expected_flops",
    "what leads into a dead end is counted too",
    hint="What if all gates of a later list are closed?",
)
def expected_with_dead_ends(probabilities, n_out):
    return _sum_of_layers(probabilities, n_out, lambda _: 1.0)


@mutant(
    "expected_flops",
    "units are taken to be at work independently: the naive product, .609 where .5625 is right",
    hint="Can one unit of a list be wanted while another is not?",
)
def expected_by_the_naive_product(probabilities, n_out):
    total, outputs, wanted = 0.0, float(n_out), 1.0
    for p in reversed(probabilities):
        total += 2 * p.sum() * outputs
        outputs = (p * wanted).sum()
        wanted = _any(p * wanted)
    return total


@mutant(
    "expected_flops",
    "expected inputs at work times expected outputs at work: the dead ends that both share are squared",
    hint="Is E[a b] = E[a] E[b] when one event makes both of them 0?",
)
def expected_by_product_of_expectations(probabilities, n_out):
    at_work = [p.sum() * _later(probabilities, i + 1) for i, p in enumerate(probabilities)]
    return sum(2 * a * b for a, b in _pairs(at_work, n_out))


@mutant(
    "expected_flops",
    "that the next list has an open gate is counted twice",
    hint="How many gates are open in a list that is closed? Is that in your sum already?",
)
def expected_with_the_next_list_twice(probabilities, n_out):
    return _sum_of_layers(probabilities, n_out, lambda i: _later(probabilities, i + 1))


@mutant(
    "expected_flops",
    "a closed list silences what lies behind it: the biases are forgotten",
    hint="What is the output of a layer whose inputs are all 0?",
)
def expected_without_constants(probabilities, n_out):
    def others(i):
        return _later(probabilities, i + 2) * np.prod([_any(p) for p in probabilities[:i]])

    return _sum_of_layers(probabilities, n_out, others)


@mutant(
    "expected_flops",
    "only one list further down is looked at, not all that follow",
    hint="Who reads the unit that reads this one?",
)
def expected_with_one_list_of_lookahead(probabilities, n_out):
    return _sum_of_layers(probabilities, n_out, lambda i: _later(probabilities[: i + 3], i + 2))


@mutant(
    "expected_flops",
    "P(all are open) stands where P(any is open) should",
    hint="How many open gates keep a list from being a dead end?",
)
def expected_with_all_open(probabilities, n_out):
    return _sum_of_layers(
        probabilities, n_out, lambda i: np.prod([np.prod(p) for p in probabilities[i + 2 :]])
    )
