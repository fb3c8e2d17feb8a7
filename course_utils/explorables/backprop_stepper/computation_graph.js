// A computation graph as numbers: its values, its local derivatives, and the way back through it.

// Each operation beside its local derivatives, one for each number it takes.
export const OPERATIONS = {
  "×": { f: (a, b) => a * b, local: (a, b) => [b, a] },
  "+": { f: (a, b) => a + b, local: () => [1, 1] },
  "−": { f: (a, b) => a - b, local: () => [1, -1] },
  tanh: { f: Math.tanh, local: (a) => [1 - Math.tanh(a) ** 2] },
  "**2": { f: (a) => a * a, local: (a) => [2 * a] },
};

// rows: [[name, operation, names it is made from], ...], each after what it needs.
// { nodes: [{ id, label, operation, data }], edges: [[parent, child, local], ...] }
export function evaluate(rows, inputs) {
  const nodes = [];
  const edges = [];
  const idOf = {};
  rows.forEach(([label, operation, parents], id) => {
    const ids = parents.map((name) => idOf[name]);
    const numbers = ids.map((parent) => nodes[parent].data);
    const data = operation ? OPERATIONS[operation].f(...numbers) : inputs[label];
    const locals = operation ? OPERATIONS[operation].local(...numbers) : [];
    ids.forEach((parent, i) => {
      edges.push([parent, id, locals[i]]);
    });
    idOf[label] = id;
    nodes.push({ id, label, operation, data });
  });
  return { nodes, edges };
}

// The edges in the order in which the gradient crosses them: the last value first, and a value
// only when all that use it have passed their share on.
export function wayBack({ edges }) {
  return edges
    .map(([parent, child, local], edge) => ({ edge, parent, child, local }))
    .sort((a, b) => b.child - a.child || a.edge - b.edge);
}

// What the first `count` steps of the way back bring: for every value the list of contributions.
export function contributions(graph, count) {
  const shares = graph.nodes.map(() => []);
  shares.at(-1).push(1);
  for (const { parent, child, local } of wayBack(graph).slice(0, count))
    shares[parent].push(total(shares[child]) * local);
  return shares;
}

export const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
