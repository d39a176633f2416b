"""Are the numbers on the pages those of the records beside them?"""

import json
import re
from pathlib import Path

import pytest

from l0edu.collected import collect
from l0edu.film import load_film

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CASES = json.loads((ROOT / "benchmarks" / "record.json").read_text())["cases"]
STEPS = {
    "MLP, gates as initialised": "step/mlp/initial",
    "MLP at 266-88-33": "step/mlp/266-88-33",
    "LeNet-5, gates as initialised": "step/lenet5/initial",
    "LeNet-5 at 20-25-45-462": "step/lenet5/20-25-45-462",
    "LeNet-5 at 9-18-65-25": "step/lenet5/9-18-65-25",
    "WRN-16-1, gates as initialised, batch 128": "step/wrn-16-1/initial",
    "WRN-16-1, half of each layer closed, batch 128": "step/wrn-16-1/half closed",
}


def three_digits(number):
    return f"{float(f'{number:.3g}'):.{max(0, 2 - len(str(int(number))) + 1)}f}"


def median(case, kind, name):
    return CASES[case][kind][name]["median"]


@pytest.mark.parametrize("row", STEPS)
def test_the_readmes_steps_are_the_records(row):
    found = re.search(
        rf"^\| {re.escape(row)} \| (.+) \| (.+) / (.+) \| (.+) / (.+) \|$", README, re.MULTILINE
    )
    on_weights, on_activations = STEPS[row], f"{STEPS[row]} on activations"
    assert found.groups() == (
        three_digits(median(on_activations, "values", "ours")),
        three_digits(median(on_activations, "values", "torch")),
        three_digits(median(on_weights, "values", "torch")),
        f"{median(on_activations, 'ratios', 'ours/torch'):.2f}",
        f"{median(on_weights, 'ratios', 'ours/torch'):.2f}",
    )


def test_the_words_of_the_picture_of_lambdas_are_those_of_the_runs():
    page = (ROOT / "docs" / "howto" / "choose_lambda.md").read_text(encoding="utf-8")
    errors, shares = re.search(r"!\[Left: (.+) Right: (.+)\]\(../images/choose-lambda.png\)", page).groups()
    runs = {run.config.lam[0]: run for run in collect(ROOT / "docs" / "results" / "choose-lambda")}
    number_and_lambda = re.compile(r"([\d.]+) %[^%]*? ([\d.]+)/N")
    for error, lam in number_and_lambda.findall(errors):
        assert error == f"{runs[float(lam)].last['validation_error']:.1f}"
    for share, lam in number_and_lambda.findall(shares):
        assert share == f"{100 * runs[float(lam)].flops_left:.0f}"


def test_the_pictures_words_are_those_of_the_recorded_run():
    film = load_film(ROOT / "docs" / "results" / "mlp-mini")
    opened = film.recording.open_at_test("gate1").sum(axis=1)
    alt = re.search(r"!\[([^\]]+)\]\(docs/images/input-gates.png\)", README)[1]
    assert f"{opened[79]} pixels are left at epoch 80 and {opened[119]} at epoch 120" in alt
    errors = [f"{film.records[epoch - 1]['test_error']:.1f}" for epoch in (1, 40, 60, 80, 120)]
    assert f"{', '.join(errors[:-1])} and {errors[-1]} percent" in alt


def test_what_the_first_command_prints_is_the_recorded_run():
    last = load_film(ROOT / "docs" / "results" / "mlp-mini").records[-1]
    assert f"test error {last['test_error']:.2f} % after 120 epochs" in README
    assert f"expected L0 {last['expected_l0']:,.0f} of 266,200 gated weights" in README
    assert f"{last['flops']:,} of 532,400 FLOPs an example, expected {last['expected_flops']:,.0f}" in README


def test_what_the_readme_says_of_wide_resnets_is_the_mean_of_the_records():
    runs = collect(ROOT / "docs" / "results" / "cifar10-subset")
    gated, dense = (
        [run for run in runs if re.fullmatch(rf"cifar10-{row}-seed\d", run.name)]
        for row in ("target0.5-warm4-drop0.1-adam0.02", "dense")
    )
    closed = {f"{100 * (1 - sum(run.architecture) / 224):.0f}" for run in gated}
    errors = [sum(run.test_error for run in two) / 2 for two in (gated, dense)]
    assert f"closes {closed.pop()} % of its gates at {errors[0]:.1f} % error, mean of two\nseeds" in README
    assert f"without gates it has {errors[1]:.1f} %" in README
    assert (len(gated), len(dense), len(closed)) == (2, 2, 0)
