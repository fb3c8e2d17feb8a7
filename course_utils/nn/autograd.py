"""Value: a number that remembers how it was computed, and can tell its derivative."""

import math


class Value:
    """A number in a computation graph.

    data: the number. grad: d(result)/d(this), after `result.backward()`. label: for drawings.
    parents: the values it was computed from. local: its derivative with respect to each of them,
    a number known at the moment of the forward computation.
    """

    __slots__ = ("data", "grad", "label", "local", "operation", "parents")

    def __init__(self, data, parents=(), local=(), operation="", label=""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.local = local
        self.operation = operation
        self.label = label

    # Each operation: the number, what it came from, and beside it the local derivatives.

    def __add__(self, other):
        """d(a + b)/da = 1,  d(a + b)/db = 1."""
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __mul__(self, other):
        """d(ab)/da = b,  d(ab)/db = a."""
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "×")

    def __pow__(self, n):
        """d(aⁿ)/da = n aⁿ⁻¹, for a plain number n."""
        if isinstance(n, Value):
            raise TypeError(
                "Value ** n: expected a plain number n, got a Value; use (a.log() * n).exp()"
            )
        slope = n * self.data ** (n - 1) if n != 0 else 0.0
        return Value(self.data**n, (self,), (slope,), f"**{n}")

    def exp(self):
        """d(eᵃ)/da = eᵃ."""
        e = math.exp(self.data)
        return Value(e, (self,), (e,), "exp")

    def log(self):
        """d(log a)/da = 1/a."""
        return Value(math.log(self.data), (self,), (1 / self.data,), "log")

    def sin(self):
        """d(sin a)/da = cos a."""
        return Value(math.sin(self.data), (self,), (math.cos(self.data),), "sin")

    def tanh(self):
        """d(tanh a)/da = 1 - tanh² a."""
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,), "tanh")

    def sigmoid(self):
        """dσ/da = σ (1 - σ); σ(a) = (1 + tanh(a/2)) / 2 can't overflow."""
        s = (1 + math.tanh(self.data / 2)) / 2
        return Value(s, (self,), (s * (1 - s),), "sigmoid")

    def relu(self):
        """1 where a > 0, else 0."""
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),), "relu")

    # The rest is made of these.

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -as_value(other)

    def __truediv__(self, other):
        return self * as_value(other) ** -1

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return as_value(other) - self

    def __rtruediv__(self, other):
        return as_value(other) / self

    def backward(self):
        """Set the grad of every value in the graph to d(self)/d(value).

        The chain rule, from the end: a value passes to each parent its own grad times the local
        derivative, and where a value was used twice the two contributions add up.

        Every grad of this graph is first set to zero. So a second call gives the same grads as the
        first, not twice as much, and never mixes in what another result left behind. (PyTorch keeps
        adding until it is told to stop; here, add the results up and call backward on the sum.)
        """
        order = self.topological_order()
        for value in order:
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in zip(value.parents, value.local, strict=True):
                parent.grad += slope * value.grad

    def topological_order(self):
        """All values that self depends on, each after its parents, self last.

        A loop with a stack of its own: Python's allows a recursion of 1,000, a loss may need more.
        """
        order, seen, stack = [], {id(self)}, [(self, iter(self.parents))]
        while stack:
            value, waiting = stack[-1]
            parent = next(waiting, None)
            if parent is None:
                order.append(value)
                stack.pop()
            elif id(parent) not in seen:
                seen.add(id(parent))
                stack.append((parent, iter(parent.parents)))
        return order

    def nodes_and_edges(self):
        """The graph as plain data, ready to be drawn.

        nodes: a list of dicts with id (0, 1, ..., parents first), data, grad, operation, label.
        edges: a list of (parent id, child id, local derivative), one for each use of a parent.
        """
        order = self.topological_order()
        number = {id(value): i for i, value in enumerate(order)}
        nodes = [
            {
                "id": number[id(v)],
                "data": v.data,
                "grad": v.grad,
                "operation": v.operation,
                "label": v.label,
            }
            for v in order
        ]
        edges = [
            (number[id(parent)], number[id(value)], slope)
            for value in order
            for parent, slope in zip(value.parents, value.local, strict=True)
        ]
        return nodes, edges

    def __repr__(self):
        return f"Value(data={self.data:g}, grad={self.grad:g})"


def as_value(x):
    return x if isinstance(x, Value) else Value(x)
