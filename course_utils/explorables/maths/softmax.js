// Softmax: from logits to probabilities.

// p_k = exp(z_k) / sum of exp(z_j); subtracting the largest changes nothing and keeps exp small.
export function softmax(logits) {
  const most = Math.max(...logits);
  const e = Array.from(logits, (z) => Math.exp(z - most));
  const sum = e.reduce((a, b) => a + b);
  return e.map((value) => value / sum);
}
