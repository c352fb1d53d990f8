// How pages ask the server.

import { fromServer, toServer } from './temperature.js';
import { text } from './text.js';

/** Whoever is signed in no more is led to the form; nothing comes after that. */
export function signInAgain() {
  location.assign('/login');
  return new Promise(() => {});
}

/** Whether the server has answered this page itself, and when what was kept came that is shown instead. */
let hasAnswered = false;
let kept = null;

/** When what is shown came, where the server cannot be reached and the browser answered with what it kept; else null. */
export const keptAt = () => kept;

/** What was kept is for pages that have nothing better. */
function noteWhence(response) {
  const at = response.headers.get('X-Kept-At');
  if (at && hasAnswered) throw new Error(`${response.url}: no answer`);
  hasAnswered ||= !at;
  kept = at ? Math.min(kept ?? Infinity, Number(at)) : null;
}

/**
 * Asks for JSON.
 *
 * @param path below /api/v1
 * @param signal ends the wait
 */
export const ask = async (path, signal) => (await askPiece(path, signal)).body;

/**
 * Asks for a piece of a list.
 *
 * @returns the piece, and what to ask for the next; null after the last
 */
export async function askPiece(path, signal) {
  const response = await fetch(`/api/v1/${path}`, { headers: { Accept: 'application/json' }, signal });
  if (response.status === 401) return signInAgain();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  noteWhence(response);
  const next = /^<\/api\/v1\/([^>]+)>; rel="next"$/.exec(response.headers.get('Link') ?? '');
  return { body: fromServer(await response.json()), next: next && next[1] };
}

/**
 * Sends a change; what is wrong with it becomes the error's message, with the answer's status.
 *
 * @param path below /api/v1
 * @param csrf the session's mark
 * @param body what becomes JSON; undefined: nothing
 */
export async function send(method, path, csrf, body) {
  const response = await fetch(`/api/v1/${path}`, {
    method,
    headers: { Accept: 'application/json', 'X-CSRF-Token': csrf ?? '' },
    body: body && JSON.stringify(toServer(body)),
    signal: AbortSignal.timeout(15_000),
  }).catch(() => {
    throw new Error(text('server.unreachable'));
  });
  if (response.status === 401) return signInAgain();
  if (response.status === 204) return null;
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.detail), { status: response.status });
  return fromServer(answer, body?.sensor);
}

/**
 * Ends the session of this browser.
 *
 * @param csrf the session's mark
 */
export async function signOut(csrf) {
  const response = await fetch('/logout', { method: 'POST', headers: { 'X-CSRF-Token': csrf ?? '' } });
  if (response.ok || response.status === 401) location.assign('/login');
}
