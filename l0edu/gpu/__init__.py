"""How does the same code run on a GPU? Its arrays are moved there, and NumPy's functions follow them.

`to_device` moves a table of arrays, and teaches autograd the device's array type. Nothing else changes: a
network, an objective and an optimizer that are given device arrays compute with device arrays.
"""

from l0edu.gpu.arrays import beside, is_on_device, register, to_device, to_host

__all__ = ["beside", "is_on_device", "register", "to_device", "to_host"]
