// Gives every value of a computation graph a place: in rows, each value above all that use it.

// { places: [{ x, y }], routes: [[{ x, y }, ...]] }: a place for each node; for each edge the points
// it passes on its way. `area`: { left, top, width, height, most } with the widest step in a row.
export function layOut({ nodes, edges }, area) {
  const level = levels(nodes, edges);
  const { spots, links, chains } = withWaypoints(nodes, edges, level);
  const rows = arrange(spots, links, Math.max(...level) + 1);
  const step = area.height / Math.max(1, rows.length - 1);
  const at = {};
  rows.forEach((row, l) => {
    const pitch = Math.min(area.most, area.width / row.length);
    row.forEach((spot, i) => {
      const x = area.left + area.width / 2 + (i - (row.length - 1) / 2) * pitch;
      at[spot] = { x, y: area.top + area.height - l * step, pitch };
    });
  });
  return { places: nodes.map(({ id }) => at[id]), routes: chains.map((c) => c.map((s) => at[s])) };
}

// How many operations a value is away from the end, by the longest way.
export function levels(nodes, edges) {
  const found = nodes.map(() => 0);
  for (const [parent, child] of edges.toReversed())
    found[parent] = Math.max(found[parent], found[child] + 1);
  return found;
}

// An edge that jumps over rows gets a waypoint in each, so that no box stands in its way.
function withWaypoints(nodes, edges, level) {
  const spots = nodes.map(({ id }) => ({ id, level: level[id] }));
  const links = [];
  const chains = edges.map(([parent, child], e) => {
    const chain = [parent];
    for (let l = level[parent] - 1; l > level[child]; l--) {
      spots.push({ id: `${e}/${l}`, level: l });
      chain.push(`${e}/${l}`);
    }
    chain.push(child);
    for (let i = 1; i < chain.length; i++) links.push([chain[i - 1], chain[i]]);
    return chain;
  });
  return { spots, links, chains };
}

// Orders each row by the mean place of its neighbors in the row before, back and forth a few
// times: fewer edges cross (Sugiyama, Tagawa and Toda, 1981).
function arrange(spots, links, count) {
  const rows = Array.from({ length: count }, (_, l) =>
    spots.filter((spot) => spot.level === l).map((spot) => spot.id),
  );
  for (let sweep = 0; sweep < 4; sweep++) {
    const up = sweep % 2 === 0;
    for (let l = 1; l < count; l++) {
      const [here, before] = up ? [l, l - 1] : [count - 1 - l, count - l];
      const neighbors = (id) =>
        links.filter((link) => link[up ? 0 : 1] === id).map((link) => link[up ? 1 : 0]);
      const middle = (id) => {
        const places = neighbors(id).map((n) => rows[before].indexOf(n));
        if (!places.length) return rows[here].indexOf(id);
        return places.reduce((a, b) => a + b) / places.length;
      };
      const wanted = new Map(rows[here].map((id) => [id, middle(id)]));
      rows[here] = rows[here].toSorted((a, b) => wanted.get(a) - wanted.get(b));
    }
  }
  return rows;
}
