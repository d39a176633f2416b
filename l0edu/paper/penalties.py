"""Where are Equations 12 to 17: what open gates cost, and which gate is used at test time? The rows."""

from l0edu.paper import values
from l0edu.paper.item import Item

__all__ = ["PENALTIES"]

PENALTIES = (
    Item(
        key="eq12",
        title="the penalty in closed form",
        formula=("L_C = sum_j P(z_j != 0) = sum_j sigmoid(log_alpha_j - beta log(-gamma / zeta))",),
        meaning="Eq. 6 for the hard concrete: each gate pays for the probability that it is not zero.",
        known="read",
        code=(
            "l0edu.gates:open_probability",
            "l0edu.gates:HardConcrete.prob_open",
            "l0edu.gating:open_probabilities",
            "l0edu.penalty:l0_penalty",
        ),
        tests=(
            "tests/test_gates_law.py::test_the_penalty_is_the_survival_at_zero_to_all_digits",
            "tests/test_gates_gradients.py::test_the_gradient_of_the_penalty_is_p_times_one_minus_p",
            "tests/test_penalty.py::test_the_expected_l0_is_the_average_over_all_patterns_of_open_gates",
        ),
        value=values.open_in_closed_form,
        errata=("A1", "A8", "B11"),
        slides=(8,),
        tutorials=("05_penalty.py",),
        derivation="gates.md",
    ),
    Item(
        key="eq13",
        title="the gate at test time",
        formula=(
            "z^ = min(1, max(0, sigmoid(log_alpha) (zeta - gamma) + gamma))",
            "theta* = theta~* z^",
        ),
        meaning="A gate without noise and without beta; it is neither the mean nor the median gate.",
        known="read",
        code=(
            "l0edu.gates:HardConcrete.test_value",
            "l0edu.gating:test_gates",
            "l0edu.rectified:RectifiedLaw.test_value",
        ),
        tests=(
            "tests/test_gates_law.py::test_the_test_value_reaches_zero_and_one_at_the_closed_form_thresholds",
            "tests/test_gates_gradients.py::test_the_gradient_of_the_test_value_is_its_slope",
        ),
        value=values.at_test,
        errata=("A4", "A7"),
        slides=(8,),
        tutorials=("04_hard_concrete.py", "08_lenet5.py"),
        derivation="gates.md",
    ),
    Item(
        key="eq14",
        title="the L2 norm under coins",
        formula=("E||theta||_2^2 = sum_j E[z_j^2 theta~_j^2] = sum_j pi_j theta~_j^2",),
        meaning="A gate that is 0 or 1 lets a weight decay by the probability that it is there.",
        known="recalled, with its number; computed",
        code=("l0edu.penalty:weighted_squares", "l0edu.bernoulli:BernoulliGates.prob_open"),
        tests=(
            "tests/test_l2_penalty.py::test_a_weight_decays_by_the_probability_that_all_its_gates_are_open",
        ),
        value=values.decay_under_coins,
        tutorials=("05_penalty.py",),
    ),
    Item(
        key="eq15",
        title="the L2 norm under smooth gates",
        formula=(
            "theta^ = theta / sigma,  sigma = z where z > 0, and 1 where z = 0",
            "E||theta^||_2^2 = sum_j (1 - Q(s_j <= 0 | phi_j)) theta~_j^2",
        ),
        meaning="The gate is not shrunk: a weight decays as it is before gating, when its gate is open.",
        known="read; its number recalled",
        code=("l0edu.penalty:l2_penalty",),
        tests=(
            "tests/test_l2_penalty.py::test_a_weight_decays_by_the_probability_that_all_its_gates_are_open",
            "tests/test_l2_penalty.py::test_the_gradient_by_a_weight_is_its_decay_times_the_probability",
        ),
        value=values.decay_under_gates,
        errata=("B5", "B11"),
        tutorials=("05_penalty.py",),
    ),
    Item(
        key="eq16",
        title="the L0 norm by groups",
        formula=("E||theta||_0 = sum_g |g| (1 - Q(s_g <= 0 | phi_g))",),
        meaning="Weights that share a gate are paid for together: |g| is how many they are.",
        known="recalled, with its number; the code read",
        code=("l0edu.penalty:l0_penalty", "l0edu.penalty:expected_l0", "l0edu.charging:Charge"),
        tests=(
            "tests/test_penalty.py::test_the_expected_l0_is_the_sum_over_gates_of_weights_times_probability",
            "tests/test_charging.py::"
            "test_a_gate_of_lenet_answers_for_a_filter_or_for_the_weights_that_read_its_unit",
        ),
        value=values.expected_weights,
        errata=("A6", "B3", "B4", "B13"),
        tutorials=("05_penalty.py",),
    ),
    Item(
        key="eq17",
        title="the L2 norm by groups",
        formula=("E||theta^||_2^2 = sum_g (1 - Q(s_g <= 0 | phi_g)) sum_{j in g} theta~_j^2",),
        meaning="Eq. 15 for shared gates; a group of large weights pushes its own gate towards closing.",
        known="recalled, with its number; the code read",
        code=("l0edu.penalty:l2_penalty",),
        tests=(
            "tests/test_l2_penalty.py::test_large_groups_push_their_log_alpha_down_as_eq_17_says",
            "tests/test_l2_penalty.py::test_a_map_shares_its_probability_with_the_block_of_its_pixels",
        ),
        value=values.group_decay,
        errata=("B5",),
        tutorials=("05_penalty.py",),
    ),
)
