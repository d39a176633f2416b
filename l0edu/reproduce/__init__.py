"""Does the method give what the paper says? Published tables and figures trained anew, with receipts.

    rows.py             the paper's runs: two networks, with its lambdas, dense, with dropout
    exhibits.py         all tables and figures, with their runs
    quoted.py           what others have measured, with its source
    plan.py             which runs are there, which are missing, how long they take
    training.py         the missing ones are trained
    table1.py           the table; markdown.py writes it
    figure3.py          the figure
    wide_resnet_rows.py the runs of Figure 4, on CIFAR, by their names (run_names.py)
    figure4.py          the figure; rough_times.py says how long it may take
    table2.py           its runs beside the paper's Table 2, which quoted_cifar.py has
    choosing.py         which runs a command means
    run_tables.py       tables with a line a run
    writing.py          each of these written into the runs' folder
    quantities.py       which numbers of a run are compared
    bands.py            from a few seeds to a band for one more run; student.py has the quantiles
    receipts.py         the file with runs' numbers and bands; receipt_form.py checks what is read
    check.py            one more run against its bands
    step_times.py       times of a step, measured again from recorded gates
    lambda_search.py    the lambdas of the MLP's second row, which the paper does not give

`l0edu reproduce` puts them together (`l0edu.cli.reproduce`).
"""
