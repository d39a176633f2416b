"""Where are the paper's figures, tables and appendices? The rows."""

from l0edu.paper import values
from l0edu.paper.item import Item

__all__ = ["EXHIBITS"]

NO_WIDE_RESNET = "not in the library yet: there is no wide ResNet and no CIFAR in it"

EXHIBITS = (
    Item(
        key="figure1",
        title="Lp penalties of one weight",
        formula=("|theta|^p against theta; as p goes to 0, [theta != 0]",),
        meaning="The smaller p, the less a penalty cares how large a weight is; at p = 0 not at all.",
        known="recalled",
        code=("l0edu.figures.penalties:lp_figure", "l0edu.figures.penalties:draw_lp"),
        tests=(
            "tests/test_figures.py::test_a_penalty_is_drawn_as_its_formula",
            "tests/test_lp.py::test_the_penalties_of_figure_1_by_hand",
        ),
        value=values.lp,
        slides=(3,),
        tutorials=("01_empirical_risk.py",),
        commands=("l0edu figure lp",),
    ),
    Item(
        key="figure2",
        title="the law of a gate, and its expected value",
        formula=(
            "a: the density of s, and of z, which has atoms at 0 and at 1 (log_alpha = 0, beta = 1/2)",
            "b: E[s], E[z] and the gate without noise, against log_alpha",
        ),
        meaning="About half of the mass is exactly at 0 or 1; on average, noise makes a sigmoid of the clip.",
        known="its caption read",
        code=(
            "l0edu.figures.hard_concrete:hard_concrete_figure",
            "l0edu.figures.hard_concrete:draw_gate_law",
            "l0edu.figures.hard_concrete:draw_expected_gate",
        ),
        tests=(
            "tests/test_figures.py::test_the_densities_and_the_point_masses_are_those_of_the_law",
            "tests/test_gates_law.py::test_half_of_the_mass_of_figure_2_is_at_zero_and_at_one",
            "tests/test_figures.py::test_the_exact_lines_are_the_means_and_the_gate_without_noise",
        ),
        value=values.atoms_of_figure_2,
        errata=("A7",),
        slides=(7,),
        tutorials=("04_hard_concrete.py",),
        derivation="gates.md",
        commands=("l0edu figure hard-concrete",),
    ),
    Item(
        key="figure3",
        title="expected FLOPs while the MLP and LeNet-5 train",
        formula=(
            "sum over layers of positions (2 k k inputs outputs), each weighted by P(open) of its own gates",
        ),
        meaning="Training gets cheaper in theory: expected operations fall as gates close.",
        known="recalled",
        code=(
            "l0edu.flops:flops",
            "l0edu.figures.figure3:figure3",
            "l0edu.figures.cost_panels:draw_flops",
            "l0edu.collected.run:CollectedRun.expected_flops_own_gates",
            "l0edu.reproduce.figure3:costs_of",
            "l0edu.reproduce.step_times:read_step_times",
        ),
        tests=(
            "tests/test_flops.py::test_the_dense_networks_of_the_paper",
            "tests/test_flops_expected.py::test_sampled_gates_cost_on_average_what_is_expected",
            "tests/test_flops.py::test_own_gates_are_counted_as_in_the_reference_code",
            "tests/reproduce/test_figure3.py::test_the_picture_says_what_it_shows",
        ),
        value=values.flops_at_the_start,
        errata=("B1", "B15", "B16"),
        slides=(10,),
        tutorials=("07_mlp.py", "08_lenet5.py"),
        commands=("l0edu reproduce figure3", "l0edu reproduce figure3 --check"),
    ),
    Item(
        key="figure4",
        title="expected FLOPs and errors of wide ResNets on CIFAR",
        formula=("as Figure 3, for WRN-28-10 on CIFAR-10 and CIFAR-100, with errors against epochs",),
        meaning="Wide ResNets get cheaper too, and converge no slower than with dropout.",
        known="recalled",
        tests=("tests/test_errata_reference_code.py::test_each_gated_layer_of_a_wide_resnet_is_counted",),
        errata=("B1", "B7", "B9", "B10"),
        slides=(12,),
        missing=NO_WIDE_RESNET,
    ),
    Item(
        key="table1",
        title="units left and errors on MNIST",
        formula=("MLP 784-300-100 and LeNet-5 20-50-800-500: gates with z^ > 0, test error",),
        meaning="Gates close most where a closed gate saves most weights; docs/results.md has our runs.",
        known="its caption read; its numbers partly read, partly recalled",
        code=(
            "l0edu.models:mlp",
            "l0edu.models:lenet5",
            "l0edu.gating:architecture",
            "l0edu.reproduce.table1:table1_markdown",
        ),
        tests=(
            "tests/test_models.py::test_the_mlp_has_the_layers_of_table_1",
            "tests/test_models.py::test_lenet_has_the_layers_of_table_1",
            "tests/test_gating.py::test_the_architecture_counts_the_gates_that_are_open_at_test_time",
            "tests/test_flops.py::test_the_mlp_of_table_1_with_a_lambda_for_each_layer",
            "tests/reproduce/test_table1.py::test_several_runs_are_shown_with_mean_and_range",
        ),
        value=values.mlp_of_table_1,
        errata=("A2", "A6", "A8", "B6", "B8", "B12", "B14"),
        slides=(9,),
        tutorials=("07_mlp.py", "08_lenet5.py"),
        commands=("l0edu reproduce table1", "l0edu reproduce table1 --check"),
    ),
    Item(
        key="table2",
        title="errors of wide ResNets on CIFAR",
        formula=("test errors of ResNets and WRN-28-10 on CIFAR-10 and CIFAR-100",),
        meaning="A gated wide ResNet errs no more than one with dropout.",
        known="recalled, one number read",
        errata=("B10", "B12"),
        slides=(11,),
        missing=NO_WIDE_RESNET,
    ),
    Item(
        key="appendixA",
        title="the variational view",
        formula=(
            "-ELBO = E_q(z)[-log p(D | theta~ z)] + sum_j KL(q(z_j) || p(z_j)) + lambda sum_j pi_j",
            "     >= E_q(z)[-log p(D | theta~ z)] + lambda sum_j pi_j",
        ),
        meaning="With a spike and slab prior and a fixed price lambda for each slab, Eq. 3 bounds the "
        "negative ELBO from below; here lambda is for the whole data set, N times that of Eq. 1.",
        known="partly read, partly recalled; computed",
        code=("l0edu.bernoulli:BernoulliGates", "l0edu.penalty:l0_penalty"),
        tests=(
            "tests/test_errata_formulas.py::test_lambda_without_its_n_would_drown_the_loss",
            "tests/test_train.py::test_lambda_is_in_units_of_one_over_n",
        ),
        value=values.code_cost,
        errata=("A5",),
        derivation="variational.md",
    ),
    Item(
        key="appendixB",
        title="densities and distribution functions",
        formula=(
            "Q(s) = sigmoid(beta (log s - log(1 - s)) - log_alpha),  q(s) = beta Q (1 - Q) / (s (1 - s))",
            "z: atoms Q_bar(0) at 0 and 1 - Q_bar(1) at 1, and the density of s_bar between",
        ),
        meaning="The law of the binary concrete, of its stretched form, and of the gate.",
        known="read; computed",
        code=(
            "l0edu.concrete:BinaryConcrete.cdf",
            "l0edu.concrete:BinaryConcrete.pdf",
            "l0edu.concrete:BinaryConcrete.quantile",
            "l0edu.gates:HardConcrete.cdf",
            "l0edu.gates:HardConcrete.pdf",
            "l0edu.rectified:RectifiedLaw.cdf_gate",
        ),
        tests=(
            "tests/test_concrete.py::test_the_density_is_the_formula_of_appendix_b",
            "tests/test_gates_law.py::test_the_density_is_the_stretched_formula_of_appendix_b",
            "tests/test_gates_law.py::test_the_cdf_of_the_gate_jumps_by_the_point_masses",
        ),
        value=values.law_of_a_gate,
        tutorials=("04_hard_concrete.py",),
        derivation="gates.md",
    ),
)
