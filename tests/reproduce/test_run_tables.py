from types import SimpleNamespace

import pytest
from wide_resnet_runs import write

from l0edu.collected import collect
from l0edu.reproduce.run_tables import choose_lambda_markdown, wide_resnets_markdown


def test_wide_resnets_stand_in_order_of_gates_closed(tmp_path):
    write(tmp_path / "a", epochs=4, error=30, lam=[2.0])  # 4 + 8 + 16 of 112 gates are left
    write(tmp_path / "b", epochs=2, error=25, lam=[0.5])
    write(tmp_path / "c", "-dense", error=20)
    heads, _, *rows = wide_resnets_markdown(collect(tmp_path)).splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in (heads, *rows)]
    assert [row[:5] for row in cells] == [
        ["gates", "seed", "closed", "units left", "test error %"],
        ["dense", "0", "", "", "27.50"],
        ["lambda 0.5 / N", "0", "56 of 112", "8-16-32", "40.00"],
        ["lambda 2 / N", "0", "84 of 112", "4-8-16", "37.50"],
    ]


@pytest.mark.parametrize(("lam", "written"), [(0.5, ".5"), (0.05, ".05"), (0.0, "0"), (10.0, "10")])
def test_a_lambda_is_written_without_the_nought_before_its_point(lam, written):
    config, last = SimpleNamespace(lam=[lam]), {"validation_error": 2.04}
    run = SimpleNamespace(config=config, last=last, architecture=[219, 214, 100], flops_left=0.256)
    row = choose_lambda_markdown([SimpleNamespace(runs=[run])]).splitlines()[-1]
    assert [cell.strip() for cell in row.strip("|").split("|")] == [written, "219-214-100", "2.0 %", "26 %"]
