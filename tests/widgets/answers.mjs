// What equations.js makes of a case that NumPy has worked out before; run by node and by a browser.
export function answers({ Model, Cell, spectral, frobenius, softmax }, cases) {
  return cases.map((one) => {
    const { T, N } = one, found = {};
    const list = (array) => Array.from(array);
    const model = new Model(one.model), { cell } = model;
    const first = Object.fromEntries(Object.entries(one.first).map(([name, values]) => [name, Float64Array.from(values)]));
    const run = model.forward(Float64Array.from(one.x), T, N, first);
    const back = model.backward(run, one.targets.map((y) => (y === null ? NaN : y)));
    for (const name of one.names) found[name] = list(run.trace.values(name));
    for (const name of one.derivatives) found[`d.${name}`] = list(back.trace.values(name));
    for (const [name, values] of Object.entries(back.weights)) found[`W.${name}`] = list(values);
    for (const [name, values] of Object.entries(back.first)) found[`first.${name}`] = list(values);
    found.losses = list(back.losses);
    found.logits = list(run.logits);
    found.probabilities = list(softmax(run.logits, run.T, model.K, N));
    found.flow = [];
    found.frobenius = [];
    const memory = {};
    cell.flow(run.trace, T, (k, { h }) => {
      found.flow.unshift(spectral(h, cell.H, cell.H, memory));
      found.frobenius.unshift(frobenius(h));
    }, N - 1);
    return found;
  });
}
