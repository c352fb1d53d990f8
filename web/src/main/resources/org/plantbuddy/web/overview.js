// What can be told at a glance, in one sentence. It never says that plants are fine where nobody knows.

import { text } from './text.js';
import { LEVELS, element, shortTime } from './words.js';

/** Without another, or a word every 25 s that all is well, the server's answer holds for so long. */
const HOLDS = 40_000;

/** Why something cannot be told, and since when where that is known. */
const reason = (what, time) =>
  time ? text(`cannotTell.${what}Since`, { time: shortTime(time) }) : text(`cannotTell.${what}`);

const sentence = (reasons) => text('cannotTell.now', { reasons: reasons.join('; ') });
const reasonsOf = (overview) => overview.cannotTell.map((one) => reason(one.what, one.since));

/** Why nobody can tell how plants are, as a sentence; null where somebody can. */
export const unknown = (overview) => (overview.cannotTell.length ? sentence(reasonsOf(overview)) : null);

/** Whether the server's last answer can be taken for what is now. */
export const holds = (answered, lost) => !lost && Date.now() - answered <= HOLDS;

/**
 * The sentence, how it looks, and whether all is fine.
 *
 * @param overview the server's last answer; null before the first
 * @param answered when it came
 * @param lost whether the server did not answer since
 */
export function verdict(overview, answered, lost) {
  const cannotTell = (...reasons) => ({ look: 'warn', sign: '?', text: sentence(reasons) });
  if (!overview) return lost ? cannotTell(reason(navigator.onLine ? 'server' : 'network')) : null;
  if (lost && !navigator.onLine) return cannotTell(text('cannotTell.offline', { time: shortTime(answered) }));
  if (lost) return cannotTell(text('cannotTell.oldSince', { reason: reason('server', answered) }));
  if (!holds(answered, lost)) return cannotTell(text('cannotTell.old', { time: shortTime(answered) }));
  const { boards } = overview;
  if (overview.cannotTell.length) return cannotTell(...reasonsOf(overview));
  if (boards.length === 0) return null;
  return wellness(boards);
}

/** What is known of plants whose readings are judged. */
function wellness(boards) {
  const all = boards.length;
  const fine = boards.filter((board) => board.state === 'fine').length;
  const unwell = boards.filter((board) => LEVELS[board.state]);
  const worst = ['crit', 'warn', 'info'].find((level) => unwell.some((board) => board.state === level));
  if (worst) {
    const told = all === 1 ? text('overview.onlyUnwell') : text('overview.unwell', { count: unwell.length, all });
    return { look: worst, sign: LEVELS[worst].sign, text: told };
  }
  if (fine === all) return { look: 'ok calm', sign: LEVELS.ok.sign, text: text('overview.fine', { count: all }) };
  const checking = boards.every((board) => board.state === 'checking');
  const none = text(checking ? 'overview.checking' : 'overview.nothing', { count: all });
  return { look: 'warn', sign: '?', text: fine ? text('overview.known', { count: fine, all }) : none };
}

/** The sentence as an element; none where there is nothing to tell of. */
export function verdictElement(told) {
  return told
    ? [
        element(
          'p',
          { class: `verdict ${told.look}` },
          element('span', { 'aria-hidden': 'true' }, told.sign),
          told.text,
        ),
      ]
    : [];
}

/** The lines of the charts, up to the newest readings of the overview: both show the same. */
export function withNewest(series, overview) {
  return series.map((line) => {
    const newest = overview?.newest.find((one) => one.device === line.device && one.sensor === line.sensor);
    if (!newest || newest.time / 1000 <= line.times.at(-1)) return line;
    return {
      ...line,
      times: [...line.times, newest.time / 1000],
      values: [...line.values, newest.value],
      lowest: Math.min(line.lowest, newest.value),
      highest: Math.max(line.highest, newest.value),
    };
  });
}
