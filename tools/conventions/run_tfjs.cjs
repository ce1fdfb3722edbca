// TensorFlow.js on the CPU: reads layers with their weights as JSON, writes what they compute. Called by run_tfjs.py.
const tf = require("@tensorflow/tfjs");

function run({ kind, H, x, first, weights }) {
  if (kind === "basicLSTMCell") {
    const [kernel, bias] = weights.map((w) => tf.tensor(w));
    let [h, C] = first.map((s) => tf.tensor(s));
    const ys = x.map((row) => {
      [C, h] = tf.basicLSTMCell(tf.scalar(1), kernel, bias, tf.tensor(row), C, h);
      return h.arraySync();
    });
    return { y: ys, C: C.arraySync() };
  }
  const layer = tf.layers[kind]({ units: H, returnSequences: true });
  const compute = () => layer.apply(tf.tensor(x).transpose([1, 0, 2]), { initialState: first.map((s) => tf.tensor(s)) });
  compute(); // which makes its weights
  layer.setWeights(weights.map((w) => tf.tensor(w)));
  const y = compute();
  return { y: y.transpose([1, 0, 2]).arraySync() };
}

(async () => {
  await tf.setBackend("cpu");
  let text = "";
  for await (const part of process.stdin) text += part;
  console.log(JSON.stringify({ version: tf.version.tfjs, made: JSON.parse(text).map(run) }));
})();
