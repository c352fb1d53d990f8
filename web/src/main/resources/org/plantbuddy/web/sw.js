// A worker of the browser: while there is a network it only looks on, and keeps what comes; without one it answers with that.
// The server writes into this file what the page is made of, so that another version of the page is another worker.

const SHELL = 'shell-{{version}}';
const FILES = '{{files}}'.split(' ');

/** What one user has seen last. It is emptied whenever somebody signs in or out. */
const VIEW = 'view';
const MOST_KEPT = 60;
const PAGES = /^\/(plants\/[^/]+)?$/;
const ANSWERS = /^\/api\/v1\/(me|overview|series|devices|thresholds|alerts|mutes|refused|usage)$/;
const SIGN_IN = /^\/(login|logout|password)$/;

const worker = /** @type {any} */ (self);

/** Of the one who is looking: what was asked for before somebody else came is not kept for them. */
let turn = 0;

function forget() {
  turn++;
  return caches.delete(VIEW);
}

const isKept = ({ origin, pathname, searchParams }) =>
  origin === location.origin && (PAGES.test(pathname) || ANSWERS.test(pathname)) && !searchParams.has('since');

/** Keeps an answer with the time it came; the oldest go. */
async function keep(url, response) {
  const asked = turn;
  const headers = new Headers(response.headers);
  headers.set('X-Kept-At', String(Date.now()));
  headers.delete('Content-Encoding'); // the browser has decoded it
  const kept = new Response(await response.blob(), { headers });
  if (turn !== asked) return;
  const view = await caches.open(VIEW);
  await view.put(url, kept);
  const all = await view.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST_KEPT)).map((one) => view.delete(one)));
  if (turn !== asked) await caches.delete(VIEW);
}

/** A page is the same whatever time it shows. */
const keyOf = (url) => (PAGES.test(url.pathname) ? url.origin + url.pathname : url.href);

async function fetchAndKeep(event, url) {
  const asked = turn;
  const response = await fetch(event.request);
  if (response.status === 401 || response.type === 'opaqueredirect')
    await forget(); // nobody is signed in
  else if (response.ok && turn === asked) event.waitUntil(keep(keyOf(url), response.clone()));
  return response;
}

/** What is kept; pages that are not say so themselves. */
async function fromKept(request, url) {
  const kept = await caches.match(keyOf(url), { cacheName: VIEW, ignoreVary: true });
  if (kept) return kept;
  return request.mode === 'navigate' ? caches.match('/offline', { ignoreVary: true }) : undefined;
}

async function answer(event, url) {
  try {
    return isKept(url) ? await fetchAndKeep(event, url) : await fetch(event.request);
  } catch (problem) {
    const found = FILES.includes(url.pathname)
      ? await caches.match(url.pathname, { cacheName: SHELL, ignoreVary: true })
      : await fromKept(event.request, url);
    if (found) return found;
    throw problem;
  }
}

worker.addEventListener('install', (event) => {
  const files = FILES.map((file) => new Request(file, { cache: 'no-cache' }));
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(files)));
  worker.skipWaiting();
});

worker.addEventListener('activate', (event) => {
  const old = async () => (await caches.keys()).filter((name) => name !== SHELL && name !== VIEW);
  event.waitUntil(
    old()
      .then((names) => Promise.all(names.map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (SIGN_IN.test(url.pathname)) event.waitUntil(forget());
  const mine = isKept(url) || FILES.includes(url.pathname) || request.mode === 'navigate';
  if (request.method === 'GET' && mine) event.respondWith(answer(event, url));
});

/** Pages that were there before this worker say what they have asked for. */
worker.addEventListener('message', (event) => {
  const wanted = event.data.map((url) => new URL(url)).filter(isKept);
  const again = async (url) => {
    const asked = turn;
    const response = await fetch(url, {
      headers: { Accept: PAGES.test(url.pathname) ? 'text/html' : 'application/json' },
    });
    if (response.ok && !response.redirected && turn === asked) await keep(keyOf(url), response);
  };
  event.waitUntil(Promise.all(wanted.map((url) => again(url).catch(() => {}))));
});
