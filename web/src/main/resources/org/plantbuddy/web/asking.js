// When pages ask the server: seldom while they hear what happens, else every so often.

import { calmly } from './live.js';

/** While it is heard what happens. */
const ALL_EVERY = 300_000;

/** What is asked for since something has happened. */
const CALMLY = 1_000;

/** The server's answers may be from before what has just happened; after so long they are not. */
export const SETTLED = 5_000;

/**
 * Asks now and then every so often, but not while nobody looks; looking again asks at once, as does the function it gives.
 *
 * @param every ms, while it is not heard what happens
 * @param work asks
 * @param show shows what is known
 * @param isLive whether it is heard what happens
 */
export function keepAsking(every, work, show, isLive) {
  let timer;
  let asking = false;
  let again = false;
  const round = async () => {
    clearTimeout(timer);
    again = asking;
    if (asking) return;
    asking = true;
    await work();
    asking = false;
    show();
    if (again) round();
    else if (!document.hidden) timer = setTimeout(round, isLive() ? ALL_EVERY : every);
  };
  document.addEventListener('visibilitychange', () => {
    show(); // before an answer comes, what is shown may be hours old
    if (!document.hidden) round();
  });
  round();
  return round;
}

/** Does it soon, and once more when the server's answers know for sure of what has happened. */
export function nowAndLater(work) {
  const soon = calmly(work, CALMLY);
  let later;
  return () => {
    soon();
    clearTimeout(later);
    later = setTimeout(soon, SETTLED);
  };
}
