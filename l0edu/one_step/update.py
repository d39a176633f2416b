"""How does one step of gradient descent change a parameter, be it a weight or a log_alpha?"""

from l0edu.one_step.formula import formula

__all__ = ["step"]


@formula("p'", "{p} - {eta} * {gradient}")
def step(p: float, eta: float, gradient: float) -> float:
    """p' = p - eta gradient: stochastic gradient descent (SGD) without momentum."""
    return p - eta * gradient


step.slip("a step goes against the gradient: minus", lambda p, eta, gradient: p + eta * gradient)
step.slip("eta is missing", lambda p, gradient: p - gradient)
step.slip("that is the old value", lambda p: p)
step.slip("that is the change, not the new value", lambda eta, gradient: -eta * gradient)
