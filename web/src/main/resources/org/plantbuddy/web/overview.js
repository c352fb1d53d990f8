// What can be told at a glance, in one sentence. It never says that plants are fine where nobody knows.

import { LEVELS, about, element, sensorName, shortTime, value } from './words.js';

/** Without another, or a word every 25 s that all is well, the server's answer holds for so long. */
const HOLDS = 40_000;
const NAMED = 3;

const since = (time) => (time ? ` since ${shortTime(time)}` : '');
const REASONS = {
  readings: (time) => `the database of readings has not answered${since(time)}`,
  check: (time) => (time ? `readings have not been checked${since(time)}` : 'readings have not been checked yet'),
  broker: (time) => `the broker has not answered${since(time)}, no reading can arrive`,
  bridge: (time) => `new readings have not been stored${since(time)}`,
};
const UNREACHABLE = 'the server has not answered';

const plants = (count) => `${count} ${count === 1 ? 'plant' : 'plants'}`;
const inSentence = (sensor) => sensorName(sensor).toLowerCase();

const NOT_FINE = {
  silent: (board, newest) =>
    board.quiet.length
      ? board.quiet
          .map(
            (sensor) =>
              `${inSentence(sensor)} of ${board.device} not heard for ${about(newest.find((one) => one.device === board.device && one.sensor === sensor).time)}`,
          )
          .join(', ')
      : `${board.device} not heard for ${about(board.lastReading)}`,
  waiting: (board) => `${board.device} has sent nothing yet`,
  checking: (board, newest) =>
    newest
      .filter((one) => one.device === board.device && one.checking)
      .map((one) => `${inSentence(one.sensor)} ${value(one.value)} of ${board.device} is being checked`)
      .join(', '),
};

function notFine({ boards, newest }) {
  const words = boards.filter((board) => NOT_FINE[board.state]).map((board) => NOT_FINE[board.state](board, newest));
  return words.length > NAMED + 1
    ? [...words.slice(0, NAMED), `nothing can be told of ${words.length - NAMED} more`]
    : words;
}

/**
 * The sentence, how it looks, and whether all is fine.
 *
 * @param overview the server's last answer; null before the first
 * @param answered when it came
 * @param lost whether the server did not answer since
 */
export function verdict(overview, answered, lost) {
  const cannotTell = (reasons, more = []) => ({
    look: 'warn',
    sign: '?',
    text: `Cannot tell right now: ${reasons.join('; ')}.${more.length ? ` Before that: ${more.join(', ')}.` : ''}`,
  });
  if (!overview) return lost ? cannotTell([UNREACHABLE]) : null;
  if (lost) return cannotTell([`${UNREACHABLE}${since(answered)}, what you see is from then`]);
  if (Date.now() - answered > HOLDS) return cannotTell([`what you see is from ${shortTime(answered)}`]);
  const { boards } = overview;
  if (overview.cannotTell.length) {
    return cannotTell(
      overview.cannotTell.map((one) => REASONS[one.what](one.since)),
      notFine(overview),
    );
  }
  if (boards.length === 0) return null;
  const fine = boards.filter((board) => board.state === 'fine').length;
  if (fine === boards.length) {
    return {
      look: 'ok calm',
      sign: LEVELS.ok.sign,
      text: fine === 1 ? 'Your plant is within its limits.' : `All ${plants(fine)} within their limits.`,
    };
  }
  const unwell = boards.filter((board) => LEVELS[board.state]);
  const needing = unwell.length
    ? [unwell.length === 1 ? `${unwell[0].device} needs you` : `${plants(unwell.length)} need you`]
    : [];
  const worst = ['crit', 'warn', 'info'].find((level) => unwell.some((board) => board.state === level));
  return {
    look: worst ?? 'warn',
    sign: worst ? LEVELS[worst].sign : '?',
    text: `${[...needing, ...(fine ? [`${plants(fine)} fine`] : []), ...notFine(overview)].join(', ')}.`,
  };
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
