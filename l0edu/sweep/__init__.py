"""How are many runs trained, over values of options and over seeds, several at once?

    grid.py       "0.01:3:log:8" or "0.1,0.2", and the values that it stands for
    plan.py       points times seeds: the runs, and the names of their folders
    seeds.py      K seeds from one
    check.py      whether every point can be trained, before anything starts
    manifest.py   sweep.json, from which a sweep goes on
    jobs.py       one run, in whichever process it is trained
    execute.py    all of them: one after the other, in several processes, or on a cluster

`l0edu sweep` puts them together (`l0edu.cli.sweep`).
"""
