// What an alert's limits are, how they are told, and how often they would have been passed.

import { ALL, STATUS } from './form.js';
import { text } from './text.js';
import { LEVELS, boardName, element, levelOf, sensorName, shortTime, withUnit } from './words.js';

/** The names of limits, as the API has them. */
export const SIDES = ['crit_below', 'warn_below', 'warn_above', 'crit_above'];

const PREVIEW_AFTER = 400;
const HOURS = 48;

/** What holds where nobody set a threshold. */
let everybodys = [];

let all = [];

/** What a threshold is about. */
export const about = (sensor) => (sensor === STATUS ? text('limits.silence') : sensorName(sensor));

const UNITS = { days: 86400, h: 3600, min: 60, s: 1 };

function duration(seconds) {
  const [unit, size] = Object.entries(UNITS).find((one) => seconds % one[1] === 0);
  return text(`length.${unit}`, { count: seconds / size });
}

/** A threshold in words. */
export function inWords(threshold) {
  const { sensor } = threshold;
  if (sensor === STATUS) return text('limits.silentFor', { time: duration(threshold.silent_after) });
  const side = (title, names) => {
    const parts = names
      .filter((name) => threshold[name] !== undefined)
      .map((name) => text(`limitAt.${name}`, { limit: withUnit(sensor, threshold[name]) }));
    return parts.length ? text(title, { limits: parts.join(', ') }) : null;
  };
  return [
    side('limits.tooLow', ['crit_below', 'warn_below']),
    side('limits.tooHigh', ['warn_above', 'crit_above']),
    threshold.hysteresis ? text('limits.clear', { by: withUnit(sensor, threshold.hysteresis) }) : null,
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
export const refusal = (reason) =>
  reason.replaceAll(/\b(crit|warn)_(above|below)\b/g, (name) => `“${text(`limit.${name}`).toLowerCase()}”`);

const isEmpty = (threshold) =>
  threshold.sensor === STATUS ? !threshold.silent_after : SIDES.every((name) => threshold[name] === undefined);

const inTheLast = (hours) =>
  hours > HOURS && hours % 24 === 0
    ? text('preview.days', { count: hours / 24 })
    : text('preview.hours', { count: hours });

/** How often, as a sentence. */
export function howOften({ hours, fired, boards }) {
  const time = inTheLast(hours);
  if (boards.length === 0) return text('preview.nothing', { time });
  return fired === 0 ? text('preview.never', { time }) : text('preview.fired', { count: fired, time });
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
      sensor === STATUS ? '' : ` ${text('preview.at', { value: withUnit(sensor, change.value) })}`,
      where(change.board),
    ),
  );
  if (preview.fired > list.length && list.length) list.push(element('li', {}, '…'));
  const others = preview.own_threshold.map(boardName);
  return [
    element('p', { class: 'what' }, howOften(preview)),
    list.length ? element('ul', {}, ...list) : null,
    others.length
      ? element('p', { class: 'muted' }, text('preview.others', { count: others.length, names: others.join(', ') }))
      : null,
  ].filter(Boolean);
}

/** What says in a place what would have been told; what it says already it does not say again. */
export const sayIn =
  (place) =>
  (words, kind = '') => {
    const said = element('div', { class: `preview ${kind}` }, ...(Array.isArray(words) ? words : [words]));
    if (place.className === said.className && place.textContent === said.textContent) return;
    place.className = said.className;
    place.replaceChildren(...said.childNodes);
  };

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
      if (isEmpty(threshold)) return say(text('preview.empty'));
      if (!threshold.enabled) return say(text('preview.paused'));
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
