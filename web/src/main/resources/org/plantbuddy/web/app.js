// The page as an app: a worker of the browser keeps its files and the last view, for when there is no network.

const workers = navigator.serviceWorker; // only over TLS, or from this very machine

async function start() {
  await workers.register('/sw.js');
  if (workers.controller) return;
  const { active } = await workers.ready;
  active.postMessage([location.href]);
  // What this page has asked for before the worker was there came past it.
  new PerformanceObserver((asked) => {
    const all = /** @type {PerformanceResourceTiming[]} */ (asked.getEntries());
    active.postMessage(all.filter((one) => one.workerStart === 0).map((one) => one.name));
  }).observe({ type: 'resource', buffered: true });
}

if (workers) addEventListener('load', start);
