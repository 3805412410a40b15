"""Answers to lesson 8: right ones in several styles, other people's designs, wrong ones."""

import copy

import numpy as np

from .answer import right, wrong
from .parts import sigmoid

FORWARD = {
    "add": np.add, "multiply": np.multiply, "matmul": np.matmul, "sum": np.sum,
    "sigmoid": sigmoid, "relu": lambda x: np.maximum(x, 0), "log": np.log, "exp": np.exp,
}  # fmt: skip

# ================================================================ right: local_rules


@right("local_rules")
def rules_in_a_chain_of_ifs(operation, inputs, output, upstream):
    """Asks for one operation after the other, and returns lists."""
    if operation == "add":
        return [upstream, upstream]
    if operation == "multiply":
        return [upstream * inputs[1], upstream * inputs[0]]
    if operation == "matmul":
        return [upstream @ inputs[1].T, inputs[0].T @ upstream]
    if operation == "sum":
        return [upstream * np.ones(inputs[0].shape)]
    if operation == "sigmoid":
        return [upstream * output * (1 - output)]
    if operation == "relu":
        return [upstream * (inputs[0] > 0)]
    if operation == "log":
        return [upstream / inputs[0]]
    return [upstream * output]


def _rules():
    return {
        "add": lambda g, out, a, b: (g, g),
        "multiply": lambda g, out, a, b: (g * b, g * a),
        "matmul": lambda g, out, a, b: (g @ b.T, (g.T @ a).T),
        "sum": lambda g, out, x: np.full(x.shape, g),
        "sigmoid": lambda g, out, x: g * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        "relu": lambda g, out, x: np.where(out > 0, g, 0.0),
        "log": lambda g, out, x: g * np.exp(-out),
        "exp": lambda g, out, x: g * np.exp(x),
    }


@right("local_rules")
def rules_in_a_dict(operation, inputs, output, upstream):
    """Keeps the rules in a dict of functions; where there is one input, returns its array."""
    return _rules()[operation](upstream, output, *inputs)


@right("local_rules")
def rules_as_one_array(operation, inputs, output, upstream):
    """Returns one array for two inputs of one shape, and matches the names."""
    match operation:
        case "add":
            return np.array([upstream, upstream])
        case "multiply":
            return np.stack([inputs[1], inputs[0]]) * upstream
        case "matmul":
            a, b = inputs
            return np.einsum("ik,jk->ij", upstream, b), np.einsum("ij,ik->jk", a, upstream)
        case "sum":
            return (np.broadcast_to(upstream, np.shape(inputs[0])),)
        case "sigmoid":
            return (upstream * (output - output**2),)
        case "relu":
            result = upstream.copy()
            result[inputs[0] <= 0] = 0
            return (result,)
        case "log":
            return (upstream * inputs[0] ** -1.0,)
        case "exp":
            return (output * upstream,)


# ================================================================ right: unbroadcast


@right("unbroadcast")
def sums_axis_by_axis(gradient, shape):
    """Sums the axes in front, then those of length 1."""
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


@right("unbroadcast")
def sums_all_axes_at_once(gradient, shape):
    """Pads the shape with ones and sums where sizes differ."""
    padded = (1,) * (gradient.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (one, two) in enumerate(zip(gradient.shape, padded)) if one != two)
    return np.sum(gradient, axis=axes).reshape(shape)


@right("unbroadcast")
def adds_entry_by_entry(gradient, shape):
    """Adds every entry to the place that it was read from."""
    total = np.zeros(shape)
    sources = np.broadcast_to(np.arange(total.size).reshape(shape), gradient.shape)
    np.add.at(total.reshape(-1), sources, gradient)
    return total


# ================================================================ right: topological_order


@right("topological_order")
def depth_first_with_a_set(last):
    """Visits recursively, as micrograd does."""
    order, met = [], set()

    def visit(node):
        if node not in met:
            met.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(last)
    return order


@right("topological_order")
def by_counting_children(last):
    """Removes a node when all of its children are gone, as autograd does."""
    counts, waiting = {}, [last]
    while waiting:
        node = waiting.pop()
        if id(node) in counts:
            counts[id(node)] += 1
        else:
            counts[id(node)] = 1
            waiting.extend(node.parents)
    order, ready = [], [last]
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            counts[id(parent)] -= 1
            if counts[id(parent)] == 0:
                ready.append(parent)
    return order[::-1]


@right("topological_order")
def with_a_mark_on_the_nodes(last):
    """Marks nodes that it has met with an attribute, uses a stack, and returns a tuple."""
    stack, order = [(last, False)], []
    while stack:
        node, is_done = stack.pop()
        if is_done:
            order.append(node)
        elif not hasattr(node, "met"):
            node.met = True
            stack.append((node, True))
            stack += [(parent, False) for parent in node.parents]
    return tuple(order)


@right("topological_order")
def by_depth(last):
    """Sorts by the longest way from the arrays."""
    depths = {}

    def depth(node):
        if node not in depths:
            depths[node] = 1 + max((depth(parent) for parent in node.parents), default=0)
        return depths[node]

    depth(last)
    return sorted(depths, key=depths.get)


# ================================================================ right: backward


@right("backward")
def sweep_with_zeros(order):
    """Sets all gradients to zeros, then goes back."""
    for node in order:
        node.grad = np.zeros(node.data.shape)
    order[-1].grad = np.ones(order[-1].data.shape)
    for node in reversed(order):
        if node.parents:
            inputs = [parent.data for parent in node.parents]
            several = rules_in_a_chain_of_ifs(node.operation, inputs, node.data, node.grad)
            for parent, gradient in zip(node.parents, several):
                parent.grad = parent.grad + sums_axis_by_axis(gradient, parent.data.shape)
    return [node.grad for node in order]


@right("backward")
def sweep_in_a_dict(order):
    """Collects in a dict what arrives, and adds it up when a node is reached."""
    arrived = {node: [] for node in order}
    arrived[order[-1]].append(1.0)
    for node in order[::-1]:
        node.grad = np.asarray(sum(arrived[node]))
        if node.operation == "":
            continue
        several = _rules()[node.operation](node.grad, node.data, *[p.data for p in node.parents])
        several = several if isinstance(several, tuple) else (several,)
        for parent, gradient in zip(node.parents, several):
            arrived[parent].append(sums_all_axes_at_once(gradient, parent.data.shape))
    return tuple(node.grad for node in order)


@right("backward")
def sweep_from_above(order):
    """Asks for each node what its children send, from the last to the first."""
    grads = {id(order[-1]): np.array(1.0)}
    for place in range(len(order) - 2, -1, -1):
        node, total = order[place], np.zeros(order[place].data.shape)
        for child in order[place + 1 :]:
            for slot, parent in enumerate(child.parents):
                if parent is node:
                    inputs = [one.data for one in child.parents]
                    sent = rules_in_a_chain_of_ifs(
                        child.operation, inputs, child.data, grads[id(child)]
                    )[slot]
                    total += sums_axis_by_axis(np.asarray(sent), total.shape)
        grads[id(node)] = total
    return [grads[id(node)] for node in order]


# ================================================================ right: engine_gradients


class Tensor:
    """The design of the lesson."""

    def __init__(self, data, parents=(), operation=""):
        self.data = np.asarray(data, dtype=float)
        self.parents, self.operation, self.grad = parents, operation, None


def _engine(program, arrays, order=depth_first_with_a_set, sweep=sweep_with_zeros):
    nodes = [Tensor(array) for array in arrays]
    for operation, places in program:
        parents = [nodes[place] for place in places]
        data = FORWARD[operation](*(one.data for one in parents))
        nodes.append(Tensor(data, parents, operation))
    sweep(order(nodes[-1]))
    leaves = nodes[: len(arrays)]
    return [np.zeros(one.data.shape) if one.grad is None else one.grad for one in leaves]


@right("engine_gradients")
def engine_of_the_lesson(program, arrays):
    """Builds tensors that remember their parents, sorts and sweeps."""
    return _engine(program, arrays)


class Value:
    """micrograd's design: each operation leaves a closure that hands its gradient on."""

    def __init__(self, data, parents=()):
        self.data, self.parents = np.asarray(data, dtype=float), set(parents)
        self.grad, self.hand_on = np.zeros(self.data.shape), lambda: None

    def add_up(self, gradient):
        self.grad = self.grad + sums_axis_by_axis(np.asarray(gradient), self.data.shape)

    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))

        def hand_on():
            self.add_up(out.grad)
            other.add_up(out.grad)

        out.hand_on = hand_on
        return out

    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))

        def hand_on():
            self.add_up(other.data * out.grad)
            other.add_up(self.data * out.grad)

        out.hand_on = hand_on
        return out

    def __matmul__(self, other):
        out = Value(self.data @ other.data, (self, other))

        def hand_on():
            self.add_up(out.grad @ other.data.T)
            other.add_up(self.data.T @ out.grad)

        out.hand_on = hand_on
        return out

    def apply(self, value, slope):
        out = Value(value, (self,))
        out.hand_on = lambda: self.add_up(out.grad * slope(out.data))
        return out

    def backward(self):
        order, met = [], set()

        def build(v):
            if v not in met:
                met.add(v)
                for parent in v.parents:
                    build(parent)
                order.append(v)

        build(self)
        self.grad = np.ones(self.data.shape)
        for v in reversed(order):
            v.hand_on()


@right("engine_gradients")
def engine_of_closures(program, arrays):
    """Uses a class whose operators leave closures."""
    nodes = [Value(array) for array in arrays]
    for operation, places in program:
        x, *rest = (nodes[place] for place in places)
        if operation == "add":
            made = x + rest[0]
        elif operation == "multiply":
            made = x * rest[0]
        elif operation == "matmul":
            made = x @ rest[0]
        elif operation == "sum":
            made = x.apply(x.data.sum(), lambda out, x=x: np.ones(x.data.shape))
        elif operation == "sigmoid":
            made = x.apply(sigmoid(x.data), lambda out: out * (1 - out))
        elif operation == "relu":
            made = x.apply(np.maximum(x.data, 0), lambda out: out > 0)
        elif operation == "log":
            made = x.apply(np.log(x.data), lambda out, x=x: 1 / x.data)
        else:
            made = x.apply(np.exp(x.data), lambda out: out)
        nodes.append(made)
    nodes[-1].backward()
    return [node.grad for node in nodes[: len(arrays)]]


@right("engine_gradients")
def engine_of_a_tape(program, arrays):
    """Keeps lists of values and gradients; the program itself is the order."""
    values = [np.asarray(array, dtype=float) for array in arrays]
    for operation, places in program:
        values.append(np.asarray(FORWARD[operation](*(values[place] for place in places))))
    grads = [np.zeros(value.shape) for value in values]
    grads[-1] += 1
    for step in range(len(program) - 1, -1, -1):
        operation, places = program[step]
        place = len(arrays) + step
        inputs = [values[one] for one in places]
        sent = rules_in_a_chain_of_ifs(operation, inputs, values[place], grads[place])
        for one, gradient in zip(places, sent):
            grads[one] += sums_all_axes_at_once(np.asarray(gradient), grads[one].shape)
    return grads[: len(arrays)]


class Dual:
    """Another way: each value brings its derivatives by all entries of all arrays with it."""

    def __init__(self, data, slopes):
        self.data, self.slopes = data, slopes


@right("engine_gradients")
def engine_that_goes_forwards(program, arrays):
    """Carries the derivative along each direction forwards, one direction at a time."""
    found = []
    for number, array in enumerate(arrays):
        gradient = np.zeros(np.shape(array))
        for entry in np.ndindex(gradient.shape):
            nodes = [Dual(np.asarray(one, float), np.zeros(np.shape(one))) for one in arrays]
            nodes[number].slopes[entry] = 1
            for operation, places in program:
                nodes.append(_dual(operation, [nodes[place] for place in places]))
            gradient[entry] = nodes[-1].slopes
        found.append(gradient)
    return found


def _dual(operation, given):
    x, y = given[0], given[-1]
    out = np.asarray(FORWARD[operation](*(one.data for one in given)))
    slopes = {
        "add": lambda: x.slopes + y.slopes,
        "multiply": lambda: x.slopes * y.data + x.data * y.slopes,
        "matmul": lambda: x.slopes @ y.data + x.data @ y.slopes,
        "sum": lambda: np.sum(x.slopes),
        "sigmoid": lambda: x.slopes * out * (1 - out),
        "relu": lambda: x.slopes * (x.data > 0),
        "log": lambda: x.slopes / x.data,
        "exp": lambda: x.slopes * out,
    }
    return Dual(out, np.asarray(slopes[operation]()))


# ================================================================ wrong: local_rules


def _with_rule(name, rule):
    """Return the right rules with one that is wrong."""

    def rules(operation, inputs, output, upstream):
        if operation == name:
            return rule(upstream, output, *inputs)
        return rules_in_a_chain_of_ifs(operation, inputs, output, upstream)

    return rules


@wrong("local_rules", "slope-of-activation", built=True)
def sigmoid_of_the_output():
    """Puts the output through the sigmoid once more."""
    return _with_rule("sigmoid", lambda g, out, x: [g * sigmoid(out) * (1 - sigmoid(out))])


@wrong("local_rules", "formula-at-z", built=True)
def sigmoid_formula_with_the_input():
    """Takes the input for the output."""
    return _with_rule("sigmoid", lambda g, out, x: [g * x * (1 - x)])


@wrong("local_rules", "half-of-slope", built=True)
def sigmoid_half():
    """Forgets one of the factors."""
    return _with_rule("sigmoid", lambda g, out, x: [g * (1 - out)])


@wrong("local_rules", "tanh-slope", built=True)
def sigmoid_as_tanh():
    """Remembers the slope of tanh."""
    return _with_rule("sigmoid", lambda g, out, x: [g * (1 - out**2)])


@wrong("local_rules", "relu-rule", built=True)
def relu_output_for_mask():
    """Multiplies with the output itself."""
    return _with_rule("relu", lambda g, out, x: [g * out])


@wrong("local_rules", "relu-rule", built=True)
def relu_mask_of_upstream():
    """Masks where what comes from above is negative."""
    return _with_rule("relu", lambda g, out, x: [np.maximum(g, 0)])


@wrong("local_rules", "relu-rule", built=True)
def relu_mask_turned():
    """Lets through what the rectifier has stopped."""
    return _with_rule("relu", lambda g, out, x: [g * (x < 0)])


@wrong("local_rules", "rule-without-slope", built=True)
def relu_without_mask():
    """Hands everything on."""
    return _with_rule("relu", lambda g, out, x: [g])


@wrong("local_rules", "log-rule", built=True)
def log_by_its_output():
    """Divides by the output."""
    return _with_rule("log", lambda g, out, x: [g / out])


@wrong("local_rules", "log-rule", built=True)
def log_times_input():
    """Multiplies with the input instead of dividing by it."""
    return _with_rule("log", lambda g, out, x: [g * x])


@wrong("local_rules", "exp-rule", built=True)
def exp_twice():
    """Takes the exponential of the output."""
    return _with_rule("exp", lambda g, out, x: [g * np.exp(out)])


@wrong("local_rules", "exp-rule", built=True)
def exp_as_a_power():
    """Uses the rule of powers."""
    return _with_rule("exp", lambda g, out, x: [g * x * np.exp(x - 1)])


@wrong("local_rules", "multiply-rule", built=True)
def own_factor():
    """Multiplies each factor with itself."""
    return _with_rule("multiply", lambda g, out, a, b: [g * a, g * b])


@wrong("local_rules", "rule-of-another", built=True)
def product_as_a_sum():
    """Hands on what comes, as for a sum."""
    return _with_rule("multiply", lambda g, out, a, b: [g, g])


@wrong("local_rules", "upstream-missing", built=True)
def product_without_upstream():
    """Forgets what comes from above."""
    return _with_rule("multiply", lambda g, out, a, b: [b, a])


@wrong("local_rules", "upstream-missing", built=True)
def exp_without_upstream():
    """Returns the derivative of the exponential alone."""
    return _with_rule("exp", lambda g, out, x: [out])


@wrong("local_rules", "matmul-rule", built=True)
def matmul_without_transposes():
    """Forgets both transposes."""
    return _with_rule("matmul", lambda g, out, a, b: [g @ b, a @ g])


@wrong("local_rules", "matmul-rule", built=True)
def matmul_result_transposed():
    """Returns the first gradient transposed."""
    return _with_rule("matmul", lambda g, out, a, b: [b @ g.T, a.T @ g])


@wrong("local_rules", "matmul-rule", built=True)
def matmul_in_the_other_order():
    """Multiplies from the wrong side."""
    return _with_rule("matmul", lambda g, out, a, b: [b.T @ g, g @ a.T])


@wrong("local_rules", "operands-exchanged", built=True)
def matmul_exchanged():
    """Returns the gradient of the second factor first."""
    return _with_rule("matmul", lambda g, out, a, b: [a.T @ g, g @ b.T])


@wrong("local_rules", "sum-rule", built=True)
def sum_hands_one_number_on():
    """Does not spread the gradient."""
    return _with_rule("sum", lambda g, out, x: [g])


@wrong("local_rules", "mean-for-sum", built=True)
def sum_as_mean():
    """Divides by the number of entries."""
    return _with_rule("sum", lambda g, out, x: [np.full(x.shape, g / x.size)])


@wrong("local_rules", "wrong-return", built=True)
def one_gradient_for_two_inputs():
    """Returns one array for both inputs of a sum, in a list."""
    return _with_rule("add", lambda g, out, a, b: [g])


@wrong("local_rules", "wrong-return", built=True)
def words_for_a_gradient():
    """Returns a text."""
    return _with_rule("log", lambda g, out, x: "1 / x")


@wrong("local_rules", "wrong-value", built=True)
def sigmoid_with_three_halves():
    """Multiplies with a power of the output that nobody knows."""
    return _with_rule("sigmoid", lambda g, out, x: [g * out**1.5])


@wrong("local_rules", "rule-missing")
def four_rules(operation, inputs, output, upstream):
    """Has written half of the rules."""
    if operation in ("add", "multiply", "sum", "exp"):
        return rules_in_a_chain_of_ifs(operation, inputs, output, upstream)


@wrong("local_rules", "crashed")
def a_dict_without_log(operation, inputs, output, upstream):
    """Looks up a rule that is not there."""
    rules = _rules()
    del rules["log"]
    return rules[operation](upstream, output, *inputs)


# ================================================================ wrong: unbroadcast


@wrong("unbroadcast", "broadcast-not-summed")
def left_as_it_came(gradient, shape):
    """Returns the gradient as it came."""
    return gradient


@wrong("unbroadcast", "broadcast-axis-lost")
def without_keepdims(gradient, shape):
    """Forgets keepdims."""
    extra = gradient.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(extra + i for i, size in enumerate(shape) if size == 1)
    return gradient.sum(axis=axes)


@wrong("unbroadcast", "broadcast-averaged")
def mean_over_the_axes(gradient, shape):
    """Takes the mean."""
    right = sums_axis_by_axis(gradient, shape)
    return right * right.size / gradient.size


@wrong("unbroadcast", "broadcast-one-kept")
def first_of_the_axis(gradient, shape):
    """Keeps the first along each axis."""
    while gradient.ndim > len(shape):
        gradient = gradient[0]
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = np.take(gradient, [0], axis=axis)
    return gradient


@wrong("unbroadcast", "broadcast-not-summed")
def only_the_axes_in_front(gradient, shape):
    """Sums the axes that are too many, and forgets those of length 1."""
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    return gradient


@wrong("unbroadcast", "crashed")
def reshaped_to_fit(gradient, shape):
    """Hopes that a reshape will do."""
    return gradient.reshape(shape)


@wrong("unbroadcast", "wrong-shape", "wrong-value")
def always_the_last_axis(gradient, shape):
    """Sums over the last axis, whatever is asked for."""
    return gradient.sum(axis=-1, keepdims=True)


@wrong("unbroadcast", "wrong-return")
def the_shape_itself(gradient, shape):
    """Returns the shape."""
    return str(shape)


@wrong("unbroadcast", "doubled")
def twice_too_large(gradient, shape):
    """Multiplies by two."""
    return 2 * sums_axis_by_axis(gradient, shape)


@wrong("unbroadcast", "wrong-value")
def sums_in_front_and_averages_the_rest(gradient, shape):
    """Sums the axes in front, and takes means over the others."""
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            gradient = gradient.mean(axis=axis, keepdims=True)
    return gradient


# ================================================================ wrong: topological_order


@wrong("topological_order", "visited-twice")
def remembers_nothing(last):
    """Visits recursively, and lists a node on each path."""
    order = []

    def visit(node):
        for parent in node.parents:
            visit(parent)
        order.append(node)

    visit(last)
    return order


@wrong("topological_order", "children-first")
def the_other_way_round(last):
    """Returns the order of the way back."""
    return depth_first_with_a_set(last)[::-1]


@wrong("topological_order", "child-before-parent", "children-first")
def row_by_row(last):
    """Goes through the graph in breadth, and turns the list round."""
    order = [last]
    for node in order:
        order += [parent for parent in dict.fromkeys(node.parents) if parent not in order]
    return order[::-1]


@wrong("topological_order", "child-before-parent", "children-first")
def before_the_parents(last):
    """Adds a node before it visits the parents."""
    order = []

    def visit(node):
        if node not in order:
            order.append(node)
            for parent in node.parents:
                visit(parent)

    visit(last)
    return order


@wrong("topological_order", "nodes-missing")
def without_the_last(last):
    """Leaves the last node out."""
    return depth_first_with_a_set(last)[:-1]


@wrong("topological_order", "nodes-missing")
def first_parents_only(last):
    """Follows the first parent only."""
    order = [last]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


@wrong("topological_order", "nodes-missing")
def only_its_parents(last):
    """Returns the parents of the last node and itself."""
    return [*dict.fromkeys(last.parents), last]


@wrong("topological_order", "wrong-return")
def the_data_of_the_nodes(last):
    """Returns the values instead of the nodes."""
    return [node.data for node in depth_first_with_a_set(last)]


@wrong("topological_order", "wrong-return")
def numbers_of_the_nodes(last):
    """Numbers the nodes with halves."""
    return [place + 0.5 for place, _ in enumerate(depth_first_with_a_set(last))]


@wrong("topological_order", "wrong-return")
def copies_of_the_nodes(last):
    """Returns copies, whose gradients nobody would find in the graph."""
    return [copy.copy(node) for node in depth_first_with_a_set(last)]


@wrong("topological_order", "wrong-return")
def copy_of_the_graph(last):
    """Copies the whole graph first."""
    return depth_first_with_a_set(copy.deepcopy(last))


@wrong("topological_order", "wrong-return")
def order_in_a_dict(last):
    """Returns a dict."""
    return {str(place): node for place, node in enumerate(depth_first_with_a_set(last))}


@wrong("topological_order", "wrong-return")
def sorted_in_place(last):
    """Returns None, as methods do that change a list."""
    return depth_first_with_a_set(last).reverse()


@wrong("topological_order", "crashed")
def recursion_without_end(last):
    """Visits the same node for ever."""
    return [*recursion_without_end(last), last]


@wrong("topological_order", "keeps-state", built=True)
def a_list_outside():
    """Keeps the list between calls."""
    order = []

    def topological_order(last):
        for node in depth_first_with_a_set(last):
            order.append(node)
        return order

    return topological_order


@wrong("topological_order", "nodes-missing")
def compares_values(last):
    """Takes nodes with the same value for one node."""
    order, met = [], set()

    def visit(node):
        if float(node.data) not in met:
            met.add(float(node.data))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(last)
    return order


@wrong("topological_order", "visited-twice")
def the_last_twice(last):
    """Adds the last node once more."""
    return [*depth_first_with_a_set(last), last]


# ================================================================ wrong: backward


def _swept(order, add, nodes=None, zeros=True, rules=rules_in_a_chain_of_ifs):
    """Sweep back with another way to add, another order, or other rules."""
    for node in order:
        if zeros or node.grad is None:
            node.grad = np.zeros(node.data.shape)
    order[-1].grad = np.ones(order[-1].data.shape)
    for node in reversed(order) if nodes is None else nodes(order):
        if node.parents:
            inputs = [parent.data for parent in node.parents]
            for parent, gradient in zip(
                node.parents, rules(node.operation, inputs, node.data, node.grad)
            ):
                parent.grad = add(parent, np.asarray(gradient))
    return [node.grad for node in order]


def _added(parent, gradient):
    return parent.grad + sums_axis_by_axis(gradient, parent.data.shape)


def _put(parent, gradient):
    return sums_axis_by_axis(gradient, parent.data.shape)


@wrong("backward", "gradient-overwritten")
def puts_in_place_of_adding(order):
    """Overwrites what another child has sent."""
    return _swept(order, _put)


@wrong("backward", "gradient-overwritten")
def first_comes_first(order):
    """Keeps what the first child has sent."""

    def first(parent, gradient):
        return parent.grad if np.any(parent.grad) else _put(parent, gradient)

    return _swept(order, first)


@wrong("backward", "parents-first")
def from_the_first_to_the_last(order):
    """Forgets to go through the order from its end."""
    return _swept(order, _added, nodes=list)


@wrong("backward", "visited-twice")
def along_every_path(order):
    """Visits the parents of each node recursively."""
    for node in order:
        node.grad = np.zeros(node.data.shape)
    order[-1].grad = np.ones(order[-1].data.shape)

    def visit(node):
        if node.parents:
            inputs = [parent.data for parent in node.parents]
            sent = rules_in_a_chain_of_ifs(node.operation, inputs, node.data, node.grad)
            for parent, gradient in zip(node.parents, sent):
                parent.grad = _added(parent, np.asarray(gradient))
            for parent in node.parents:
                visit(parent)

    visit(order[-1])
    return [node.grad for node in order]


@wrong("backward", "broadcast-not-summed")
def without_unbroadcast(order):
    """Does not sum over broadcast axes."""
    return _swept(order, lambda parent, gradient: parent.grad + gradient)


@wrong("backward", "leftover-gradient")
def leaves_what_was_there(order):
    """Sets a gradient to zeros only where there is none."""
    return _swept(order, _added, zeros=False)


@wrong("backward", "all-zero")
def begins_with_zero(order):
    """Forgets that the gradient of the result is 1."""
    for node in order:
        node.grad = np.zeros(node.data.shape)
    return [node.grad for node in order]


@wrong("backward", "wrong-return")
def returns_nothing_at_all(order):
    """Sets the gradients and returns nothing."""
    sweep_with_zeros(order)


@wrong("backward", "wrong-return")
def gradients_of_the_arrays_only(order):
    """Returns the gradients of those nodes that were given."""
    sweep_with_zeros(order)
    return [node.grad for node in order if not node.parents]


@wrong("backward", "slope-of-activation")
def with_a_wrong_sigmoid(order):
    """Uses a wrong rule of the sigmoid."""
    return _swept(order, _added, rules=sigmoid_of_the_output())


@wrong("backward", "relu-rule")
def with_a_wrong_rectifier(order):
    """Uses a wrong rule of the rectifier."""
    return _swept(order, _added, rules=relu_output_for_mask())


@wrong("backward", "sign-flipped")
def downhill(order):
    """Returns the direction of a step."""
    return [-gradient for gradient in sweep_with_zeros(order)]


@wrong("backward", "crashed")
def adds_in_place_to_none(order):
    """Adds to gradients that are not there."""
    for node in order:
        node.grad = None
    order[-1].grad = np.ones(())
    for node in reversed(order):
        for parent in node.parents:
            parent.grad += node.grad
    return [node.grad for node in order]


@wrong("backward", "start-not-one")
def begins_with_the_value(order):
    """Begins with the value of the result."""
    return [gradient * order[-1].data for gradient in sweep_with_zeros(order)]


@wrong("backward", "nothing-passed-on")
def forgets_the_last(order):
    """Leaves the result out of the loop."""
    return _swept(order, _added, nodes=lambda nodes: nodes[-2::-1])


@wrong("backward", "parents-first")
def returns_inside_the_loop(order):
    """Returns after one round of the loop."""
    return _swept(order, _added, nodes=lambda nodes: nodes[-1:])


@wrong("backward", "wrong-value")
def stops_at_the_first_array(order):
    """Ends the loop at the first node without parents."""

    def until_a_given_one(nodes):
        for node in reversed(nodes):
            if not node.parents:
                break
            yield node

    return _swept(order, _added, nodes=until_a_given_one)


@wrong("backward", "changed-in-place")
def adds_in_place(order):
    """Takes the first gradient as it comes, and adds the others to it in place."""
    for node in order:
        node.grad = None
    order[-1].grad = np.ones(order[-1].data.shape)
    for node in reversed(order):
        inputs = [parent.data for parent in node.parents]
        several = (
            rules_in_a_chain_of_ifs(node.operation, inputs, node.data, node.grad) if inputs else ()
        )
        for parent, gradient in zip(node.parents, several):
            gradient = sums_axis_by_axis(np.asarray(gradient), parent.data.shape)
            if parent.grad is None:
                parent.grad = gradient
            else:
                parent.grad += gradient
    return [node.grad for node in order]


@wrong("backward", "leftover-gradient")
def adds_one_to_the_last(order):
    """Adds 1 to what was left at the result."""
    left = order[-1].grad
    factor = 1.0 if left is None else 1.0 + left
    return [factor * gradient for gradient in sweep_with_zeros(order)]


@wrong("backward", "wrong-return")
def the_nodes_themselves(order):
    """Returns the nodes."""
    sweep_with_zeros(order)
    return order


@wrong("backward", "keeps-state", built=True)
def gradients_kept_outside():
    """Keeps the gradients in a dict that is made once."""
    kept = {}

    def backward(order):
        for place, gradient in enumerate(sweep_with_zeros(order)):
            kept[place] = kept.get(place, 0) + np.sum(gradient)
        return [kept[place] * np.ones(node.data.shape) for place, node in enumerate(order)]

    return backward


# ================================================================ wrong: engine_gradients


@wrong("engine_gradients", "visited-twice")
def engine_with_duplicates(program, arrays):
    """Sweeps through an order in which nodes stand more than once."""
    return _engine(program, arrays, order=remembers_nothing)


@wrong("engine_gradients", "gradient-overwritten")
def engine_that_overwrites(program, arrays):
    """Overwrites gradients."""
    return _engine(program, arrays, sweep=puts_in_place_of_adding)


@wrong("engine_gradients", "parents-first")
def engine_with_the_order_turned(program, arrays):
    """Sorts children first, and sweeps from the end."""

    def sweep(order):
        nodes = order[::-1]
        return _swept(nodes, _added, nodes=list)

    return _engine(program, arrays, order=the_other_way_round, sweep=sweep)


@wrong("engine_gradients", "handed-on-too-early")
def engine_without_an_order(program, arrays):
    """Goes back row by row, each node once."""

    def order(last):
        nodes = [last]
        for node in nodes:
            nodes += [one for one in dict.fromkeys(node.parents) if one not in nodes]
        return nodes[::-1]

    return _engine(program, arrays, order=order)


@wrong("engine_gradients", "broadcast-not-summed")
def engine_without_unbroadcast(program, arrays):
    """Does not sum over broadcast axes."""
    return _engine(program, arrays, sweep=without_unbroadcast)


@wrong("engine_gradients", "broadcast-axis-lost")
def engine_with_flat_biases(program, arrays):
    """Returns columns and rows as one-dimensional arrays."""
    return [np.squeeze(gradient) for gradient in _engine(program, arrays)]


@wrong("engine_gradients", "log-rule")
def engine_with_a_wrong_logarithm(program, arrays):
    """Uses a wrong rule of the logarithm."""

    def sweep(order):
        return _swept(order, _added, rules=log_times_input())

    return _engine(program, arrays, sweep=sweep)


@wrong("engine_gradients", "unused-is-zero")
def engine_with_none_for_unused(program, arrays):
    """Returns None for an array that is not used."""
    given = [Tensor(array) for array in arrays]
    used = {place for _, places in program for place in places}
    gradients = _engine(program, arrays)
    return [gradients[place] if place in used else None for place in range(len(given))]


@wrong("engine_gradients", "changed-in-place")
def engine_that_adds_in_place(program, arrays):
    """Changes arrays in place that are the gradients of several nodes."""
    return _engine(program, arrays, sweep=adds_in_place)


@wrong("engine_gradients", "start-not-one")
def engine_that_begins_with_the_value(program, arrays):
    """Begins with the value of the result."""
    values = [np.asarray(array, dtype=float) for array in arrays]
    for operation, places in program:
        values.append(np.asarray(FORWARD[operation](*(values[place] for place in places))))
    return [values[-1] * gradient for gradient in _engine(program, arrays)]


@wrong("engine_gradients", "wrong-value")
def engine_of_small_steps(program, arrays):
    """Moves each entry a little in both directions, and measures."""

    def result(several):
        values = list(several)
        for operation, places in program:
            values.append(FORWARD[operation](*(values[place] for place in places)))
        return float(values[-1])

    found = []
    for number, array in enumerate(arrays):
        gradient = np.zeros(np.shape(array))
        for entry in np.ndindex(gradient.shape):
            up, down = ([np.array(one, dtype=float) for one in arrays] for _ in range(2))
            up[number][entry] += 1e-3
            down[number][entry] -= 1e-3
            gradient[entry] = (result(up) - result(down)) / 2e-3
        found.append(gradient)
    return found


@wrong("engine_gradients", "keeps-state", built=True)
def engine_with_a_tape_that_grows():
    """Keeps the tape of the first call, and all that follow."""
    tape = []

    def engine_gradients(program, arrays):
        tape.append(len(program))
        return [len(tape) * gradient for gradient in _engine(program, arrays)]

    return engine_gradients


@wrong("engine_gradients", "wrong-return")
def engine_in_a_dict(program, arrays):
    """Returns a dict."""
    return {f"array {place}": one for place, one in enumerate(_engine(program, arrays))}


@wrong("engine_gradients", "wrong-return")
def engine_that_returns_the_result(program, arrays):
    """Returns the value of the result."""
    values = [np.asarray(array, dtype=float) for array in arrays]
    for operation, places in program:
        values.append(np.asarray(FORWARD[operation](*(values[place] for place in places))))
    return float(values[-1])


@wrong("engine_gradients", "wrong-value")
def engine_in_single_precision(program, arrays):
    """Computes with single precision."""
    several = _engine(program, [np.asarray(array, np.float32) for array in arrays])
    return [np.float32(one).astype(float) for one in several]
