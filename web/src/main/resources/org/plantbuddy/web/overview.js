// What can be told at a glance, in one sentence. It never says that plants are fine where nobody knows.

import { LEVELS, element, shortTime } from './words.js';

/** Without another, or a word every 25 s that all is well, the server's answer holds for so long. */
const HOLDS = 40_000;

const since = (time) => (time ? ` since ${shortTime(time)}` : '');
const REASONS = {
  readings: (time) => `the database of readings has not answered${since(time)}`,
  check: (time) => (time ? `readings have not been checked${since(time)}` : 'readings have not been checked yet'),
  broker: (time) => `the broker has not answered${since(time)}, no reading can arrive`,
  bridge: (time) => `new readings have not been stored${since(time)}`,
};
const UNREACHABLE = 'the server has not answered';

const sentence = (reasons) => `Cannot tell right now: ${reasons.join('; ')}.`;
const reasonsOf = (overview) => overview.cannotTell.map((one) => REASONS[one.what](one.since));

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
  if (!overview) return lost ? cannotTell(UNREACHABLE) : null;
  if (lost) return cannotTell(`${UNREACHABLE}${since(answered)}, what you see is from then`);
  if (!holds(answered, lost)) return cannotTell(`what you see is from ${shortTime(answered)}`);
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
    const count = unwell.length === 1 ? `1 of ${all} plants needs you.` : `${unwell.length} of ${all} plants need you.`;
    return { look: worst, sign: LEVELS[worst].sign, text: all === 1 ? 'Your plant needs you.' : count };
  }
  if (fine === all) {
    const text = all === 1 ? 'Your plant is within its limits.' : `All ${all} plants within their limits.`;
    return { look: 'ok calm', sign: LEVELS.ok.sign, text };
  }
  const known = fine === 1 ? `1 of ${all} plants is fine.` : `${fine} of ${all} plants are fine.`;
  const plants = all === 1 ? 'plant' : 'plants';
  const none = boards.every((board) => board.state === 'checking')
    ? `Your ${plants} ${all === 1 ? 'is' : 'are'} being checked.`
    : `Nothing is known of your ${plants} now.`;
  return { look: 'warn', sign: '?', text: fine ? known : none };
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
