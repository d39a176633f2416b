from wide_resnet_runs import write

from l0edu.collected import collect
from l0edu.reproduce.run_tables import wide_resnets_markdown


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
