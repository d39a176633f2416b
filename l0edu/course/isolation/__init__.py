"""How is a student's code called safely? In another process, with which only plain values are exchanged."""
