// What an alert's limits are, how they are told, and how often they would have been passed.

import { ALL, STATUS } from './form.js';
import { LEVELS, boardName, element, levelOf, sensorName, shortTime, value, withUnit } from './words.js';

/** The names of limits, as the API has them. */
export const SIDES = ['crit_below', 'warn_below', 'warn_above', 'crit_above'];

const PREVIEW_AFTER = 400;
const HOURS = 48;

/** What holds where nobody set a threshold. */
let everybodys = [];

let all = [];

/** What a threshold is about. */
export const about = (sensor) => (sensor === STATUS ? 'Board stops sending' : sensorName(sensor));

function duration(seconds) {
  if (seconds % 86400 === 0) return `${seconds / 86400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** A threshold in words. */
export function inWords(threshold) {
  const { sensor } = threshold;
  if (sensor === STATUS) return `Alert after ${duration(threshold.silent_after)} without a reading`;
  const side = (title, names, where) => {
    const parts = names
      .filter((name) => threshold[name] !== undefined)
      .map(
        (name) => `${name.startsWith('crit') ? 'alert' : 'warning'} at ${withUnit(sensor, threshold[name])} ${where}`,
      );
    return parts.length ? `${title}: ${parts.join(', ')}` : null;
  };
  return [
    side('Too low', ['crit_below', 'warn_below'], 'or below'),
    side('Too high', ['warn_above', 'crit_above'], 'or above'),
    threshold.hysteresis ? `all clear when it is back by ${withUnit(sensor, threshold.hysteresis)}` : null,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The threshold that holds for a board: its own, else the one for all boards, else everybody's. */
export function holding(device, sensor) {
  const find = (list, name) => list.find((one) => one.device === name && one.sensor === sensor);
  return find(all, device) ?? find(all, ALL) ?? find(everybodys, ALL);
}

/** What a board or all of them have been given by the user. */
export const own = (device, sensor) => all.find((one) => one.device === device && one.sensor === sensor);

/** Takes over what the server says that holds where nobody set a threshold. */
export function knowDefault({ sensor, critBelow, hysteresis }) {
  everybodys = [{ device: ALL, sensor, crit_below: critBelow, hysteresis, enabled: true }];
}

export const defaults = () => everybodys;

/** Takes over the user's thresholds. */
export function knowThresholds(thresholds) {
  all = thresholds;
}

/** The limits to draw into a sensor's chart, each once. */
export function limitsFor(sensor, devices) {
  const lines = new Map();
  for (const device of devices) {
    const threshold = holding(device, sensor);
    if (threshold?.enabled) for (const limit of limitsOf(threshold)) lines.set(`${limit.name} ${limit.at}`, limit);
  }
  return [...lines.values()];
}

/** A threshold's limits: the level that is past each, on which side, and where. */
export const limitsOf = (threshold) =>
  SIDES.filter((name) => threshold[name] !== undefined).map((name) => ({
    name,
    level: name.slice(0, 4),
    below: name.endsWith('below'),
    at: threshold[name],
  }));

/** What the server refuses, in the words of the form. */
export const refusal = (text) =>
  text.replaceAll(
    /\b(crit|warn)_(below|above)\b/g,
    (_, level, side) => `“${level === 'crit' ? 'alert' : 'warn'} ${side}”`,
  );

const isEmpty = (threshold) =>
  threshold.sensor === STATUS ? !threshold.silent_after : SIDES.every((name) => threshold[name] === undefined);

const inThese = (hours) =>
  hours === HOURS ? 'in the last 48 hours' : `in these ${hours % 24 ? `${hours} hours` : `${hours / 24} days`}`;

/** How often, as a sentence. */
export function howOften({ hours, fired, boards }) {
  if (boards.length === 0) return `No readings ${inThese(hours)} to compare with.`;
  const alerts = fired === 0 ? 'no alert' : fired === 1 ? '1 alert' : `${value(fired)} alerts`;
  return `You would have had ${alerts} ${inThese(hours)}.`;
}

/** What would have been told, as elements. */
function told(sensor, preview) {
  const where = (board) => (preview.boards.length > 1 ? `, ${boardName(board.device)}` : '');
  const changes = preview.boards
    .flatMap((board) => board.first.filter((change) => change.level !== 'ok').map((change) => ({ ...change, board })))
    .sort((a, b) => a.time - b.time)
    .slice(0, 4);
  const list = changes.map((change) =>
    element(
      'li',
      {},
      `${LEVELS[levelOf(change.level)].sign} ${LEVELS[levelOf(change.level)].word} ${shortTime(change.time)}`,
      sensor === STATUS ? '' : ` at ${withUnit(sensor, change.value)}`,
      where(change.board),
    ),
  );
  if (preview.fired > list.length && list.length) list.push(element('li', {}, '…'));
  const others = preview.own_threshold.map(boardName).join(', ');
  const keep = preview.own_threshold.length === 1 ? 'keeps its own limits' : 'keep their own limits';
  return [
    element('p', { class: 'what' }, howOften(preview)),
    list.length ? element('ul', {}, ...list) : null,
    others ? element('p', { class: 'muted' }, `${others}: ${keep}.`) : null,
  ].filter(Boolean);
}

/**
 * What says how often a threshold would have been passed: soon, and only of the newest that it is asked about.
 *
 * @param send sends a change to the server; rejects with what is wrong in words
 * @param say shows elements or a text, and what kind it is: `fires`, `wrong` or none
 * @returns takes a threshold, or null to ask about none; resolves to whether there were readings to compare with, and never where another came after it
 */
export function previewer(send, say) {
  let timer;
  let asked = 0;
  return (threshold, hours = HOURS) =>
    new Promise((resolve) => {
      clearTimeout(timer);
      const mine = ++asked;
      if (threshold === null) return;
      if (isEmpty(threshold)) return say('Give at least one limit, and see here how many alerts you would have had.');
      if (!threshold.enabled) return say('Paused: you get no alert for it.');
      timer = setTimeout(async () => {
        try {
          const answer = await send('POST', `thresholds/preview${hours === HOURS ? '' : `?hours=${hours}`}`, threshold);
          if (mine !== asked) return;
          say(told(threshold.sensor, answer), answer.fired ? 'fires' : '');
          resolve(answer.boards.length > 0);
        } catch (problem) {
          if (mine === asked) say(refusal(problem.message), 'wrong');
        }
      }, PREVIEW_AFTER);
    });
}
