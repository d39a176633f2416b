import pytest

from l0edu import InputError
from l0edu.bench import ours
from l0edu.bench.cases import GROUPS, YARDSTICKS, all_cases, select_cases
from l0edu.bench.operations import op, product


def test_names_are_distinct_and_every_group_has_cases():
    names = [case.name for case in all_cases()]
    assert len(set(names)) == len(names)
    assert list(dict.fromkeys(case.group for case in all_cases())) == list(GROUPS)


def test_the_last_job_of_every_case_is_a_yardstick():
    assert {list(case.jobs)[-1] for case in all_cases()} == set(YARDSTICKS)


def test_every_job_of_ours_names_a_task():
    jobs = [job for case in all_cases() for job in case.jobs.values()]
    assert {job.task for job in jobs if job.side == "ours"} < set(ours.TASKS)


def test_both_libraries_are_asked_for_the_same():
    for case in all_cases():
        if set(case.jobs) == {"ours", "torch"}:
            theirs = {**case.jobs["torch"].arguments}
            assert theirs.pop("on_activations", False) == case.name.endswith(" on activations")
            assert case.jobs["ours"].arguments == theirs
            assert case.jobs["ours"].task == case.jobs["torch"].task


def test_the_papers_architectures_are_stepped_and_inferred():
    names = {case.name for case in all_cases()}
    for pruned in ("mlp/266-88-33", "lenet5/20-25-45-462", "lenet5/9-18-65-25"):
        assert f"step/{pruned}" in names
        assert {f"inference/{pruned}/{batch}" for batch in (1, 100, 1000)} < names


def test_a_wide_resnet_is_stepped_in_batches_of_128_as_initialised_and_half_closed():
    cases = select_cases(all_cases(), ["step/wrn-16-1"], torch=True)
    assert [case.name.split("/")[2].removesuffix(" on activations") for case in cases] == [
        "initial",
        "half closed",
    ] * 2
    assert {case.jobs["ours"].arguments["batch"] for case in cases} == {128}


@pytest.mark.parametrize(
    ("names", "found"), [([], 66), (["step"], 14), (["step/mlp"], 4), (["memory", "step/mlp/initial"], 2)]
)
def test_cases_are_chosen_by_the_beginning_of_their_names(names, found):
    assert len(select_cases(all_cases(), names, torch=True)) == found


@pytest.mark.parametrize("name", ["steps", "ste", "step/mlp/init", "STEP"])
def test_a_name_that_no_case_has_is_refused(name):
    with pytest.raises(InputError, match=r"choose from step, training"):
        select_cases(all_cases(), ["memory", name], torch=True)


def test_without_torch_its_jobs_are_left_out():
    cases = select_cases(all_cases(), [], torch=False)
    assert {job.side for case in cases for job in case.jobs.values()} == {"ours"}
    pairs = {pair for case in cases for pair in case.pairs()}
    assert pairs == {("compacted", "dense"), ("op", "product"), ("op", "copy")}


def test_quick_trains_for_a_few_epochs():
    (full,), (quick,) = (select_cases(all_cases(q), ["training"], torch=True) for q in (False, True))
    assert full.jobs["ours"].arguments["epochs"] == 120
    assert quick.jobs["ours"].arguments["epochs"] < 10
    assert quick.name != full.name


ops = {case.name: case for case in all_cases() if case.group == "ops"}


@pytest.mark.parametrize("name", [name for name in ops if "LeNet-5 conv" not in name])
def test_every_operation_and_its_floor_can_be_measured(name):
    for job in ops[name].jobs.values():
        assert ours.TASKS[job.task](**job.arguments)(1)["value"] > 0


def test_the_products_behind_a_convolution_are_those_of_its_formula():
    forward = ops["ops/conv2d/LeNet-5 conv2/forward"]
    assert forward.jobs["product"].arguments == {"products": [(50, 20 * 25, 64 * 100)]}
    assert forward.flops == 2 * 50 * 500 * 6400
    assert ops["ops/conv2d/LeNet-5 conv2/backward"].flops == 2 * forward.flops
    assert (
        ops["ops/conv2d/LeNet-5 conv1/backward"].flops == ops["ops/conv2d/LeNet-5 conv1/forward"].flops
    )  # by W alone: nothing is asked of the image


def test_an_operation_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match=r"no operation 'conv3d'.*conv2d"):
        op("conv3d", [[3, 4]])


def test_a_product_is_one_call_for_each_triple(monkeypatch):
    assert product([(2, 3, 4), (4, 3, 2)])(5)["value"] > 0
