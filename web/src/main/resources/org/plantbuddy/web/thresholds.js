// The user's own thresholds: the list of those set, and a form that tells at once what one would have told.

import { ALL, STATUS, at, button, change, fieldOf, offer, onSubmit, sayAt, typed } from './form.js';
import { LEVELS, boardName, bySensor, element, levelOf, refill, sensorName, shortTime, value } from './words.js';

const LIMITS = ['crit_below', 'warn_below', 'warn_above', 'crit_above', 'hysteresis'];
const USUAL = ['soil_moisture', 'light', 'humidity', 'air_temp', 'soil_temp'];
const PREVIEW_AFTER = 400;
const PREVIEW_EVERY = 60_000;

/** What holds where nobody set a threshold. */
let everybodys = [];

const input = fieldOf('threshold-form');
const whose = (device) => (device === ALL ? 'All boards' : boardName(device));
const same = (one, other) => one.device === other.device && one.sensor === other.sensor;

let send;
let changed;
let all = [];
let asked = 0;
let timer;
let touched = false;
let series = [];
let looked = { newest: 0, at: 0, found: true };

function duration(seconds) {
  if (seconds % 86400 === 0) return `${seconds / 86400} d`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** A threshold in words. */
export function inWords(threshold) {
  if (threshold.sensor === STATUS) return `Critical when not heard for ${duration(threshold.silent_after)}`;
  const parts = [];
  if (threshold.crit_below !== undefined) parts.push(`critical at ${value(threshold.crit_below)} or below`);
  if (threshold.warn_below !== undefined) parts.push(`warning at ${value(threshold.warn_below)} or below`);
  if (threshold.warn_above !== undefined) parts.push(`warning at ${value(threshold.warn_above)} or above`);
  if (threshold.crit_above !== undefined) parts.push(`critical at ${value(threshold.crit_above)} or above`);
  if (threshold.hysteresis) parts.push(`ends ${value(threshold.hysteresis)} past it`);
  const words = parts.join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The threshold that holds for a board: its own, else the one for all boards, else everybody's. */
function holding(device, sensor) {
  const find = (list, name) => list.find((one) => one.device === name && one.sensor === sensor);
  return find(all, device) ?? find(all, ALL) ?? find(everybodys, ALL);
}

/** Takes over what the server says that holds where nobody set a threshold. */
export function knowDefault({ sensor, critBelow, hysteresis }) {
  everybodys = [{ device: ALL, sensor, crit_below: critBelow, hysteresis, enabled: true }];
}

/** Takes over the user's thresholds. */
export function knowThresholds(thresholds) {
  all = thresholds;
}

/** The limits to draw into a sensor's chart, each once. */
export function limitsFor(sensor, devices) {
  const lines = new Map();
  for (const device of devices) {
    const threshold = holding(device, sensor);
    if (!threshold?.enabled) continue;
    for (const name of LIMITS.slice(0, 4)) {
      if (threshold[name] !== undefined)
        lines.set(`${name} ${threshold[name]}`, {
          level: name.slice(0, 4),
          below: name.endsWith('below'),
          at: threshold[name],
        });
    }
  }
  return [...lines.values()];
}

const shownNames = () => (input('sensor').value === STATUS ? ['silent_after'] : LIMITS);
const isWrong = (name) => Number.isNaN(typed(input(name).value));

/** What the form holds, all of whose fields are right. */
function chosen() {
  const threshold = { device: input('device').value, sensor: input('sensor').value, enabled: input('enabled').checked };
  for (const name of shownNames()) {
    const number = typed(input(name).value);
    if (number !== undefined) threshold[name] = name === 'silent_after' ? number * 60 : number;
  }
  return threshold;
}

/** Tells each wrong field so, and gives the first of them, if there is one. */
function refuse() {
  const wrong = shownNames().filter(isWrong);
  for (const name of wrong)
    sayAt(input(name), `“${input(name).value}” is no number. Write it with digits and a point, such as 22.5.`);
  return wrong[0];
}

function say(text, kind = '') {
  const place = at('threshold-preview');
  const said = element('div', { class: `preview ${kind}` }, ...(Array.isArray(text) ? text : [text]));
  if (place.className === said.className && place.textContent === said.textContent) return;
  place.className = said.className;
  place.replaceChildren(...said.childNodes);
}

function told(preview) {
  const where = (board) => (preview.boards.length > 1 ? `, ${boardName(board.device)}` : '');
  const times = preview.fired === 1 ? 'once' : `${preview.fired} times`;
  const changes = preview.boards
    .flatMap((board) => board.first.filter((change) => change.level !== 'ok').map((change) => ({ ...change, board })))
    .sort((a, b) => a.time - b.time)
    .slice(0, 4);
  const list = changes.map((change) =>
    element(
      'li',
      {},
      `${LEVELS[levelOf(change.level)].sign} ${LEVELS[levelOf(change.level)].word} ${shortTime(change.time)}`,
      input('sensor').value === STATUS ? '' : ` at ${value(change.value)}`,
      where(change.board),
    ),
  );
  if (preview.fired > list.length && list.length) list.push(element('li', {}, '…'));
  const notes = [];
  if (preview.own_threshold.length)
    notes.push(
      element('p', { class: 'muted' }, `${preview.own_threshold.map(boardName).join(', ')}: has its own limits.`),
    );
  const sentence =
    preview.boards.length === 0
      ? 'No readings in the last 48 hours to compare with.'
      : `Would have fired ${preview.fired === 0 ? 'never' : times} in the last 48 hours.`;
  return [element('p', { class: 'what' }, sentence), list.length ? element('ul', {}, ...list) : null, ...notes].filter(
    (part) => part !== null,
  );
}

function isEmpty(threshold) {
  return threshold.sensor === STATUS
    ? !threshold.silent_after
    : LIMITS.slice(0, 4).every((name) => threshold[name] === undefined);
}

/** When the newest reading was that the form's threshold would judge, epoch s; 0 without one. */
function newestChosen() {
  const [device, sensor] = [input('device').value, input('sensor').value];
  return series
    .filter((line) => (device === ALL || line.device === device) && (sensor === STATUS || line.sensor === sensor))
    .reduce((newest, line) => Math.max(newest, line.times.at(-1)), 0);
}

function preview() {
  clearTimeout(timer);
  const mine = ++asked;
  for (const name of shownNames()) if (!isWrong(name)) sayAt(input(name));
  if (shownNames().some(isWrong)) {
    say('A limit is no number yet.');
    return;
  }
  const threshold = chosen();
  if (isEmpty(threshold)) {
    say('Give at least one limit, and see here how often it would have fired.');
    return;
  }
  if (!threshold.enabled) {
    say('Off: nothing is told for it.');
    return;
  }
  timer = setTimeout(async () => {
    looked = { ...looked, newest: newestChosen(), at: Date.now() };
    try {
      const answer = await send('POST', 'thresholds/preview', threshold);
      looked.found = answer.boards.length > 0;
      if (mine === asked) say(told(answer), answer.fired ? 'fires' : '');
    } catch (problem) {
      if (mine === asked) say(problem.message, 'wrong');
    }
  }, PREVIEW_AFTER);
}

/** Looks back anew once readings came that count: at once where there were none, else once a minute at most. */
export function previewReadings(lines) {
  series = lines;
  if (newestChosen() !== looked.newest && Date.now() - looked.at > (looked.found ? PREVIEW_EVERY : 0)) preview();
}

/** Shows in the form what is set for the chosen board and sensor. */
function load() {
  touched = false;
  const key = { device: input('device').value, sensor: input('sensor').value };
  const own = all.find((one) => same(one, key));
  const shown = own ?? (key.sensor === STATUS ? {} : (holding(key.device, key.sensor) ?? {}));
  for (const name of LIMITS) input(name).value = shown[name] ?? '';
  input('silent_after').value = shown.silent_after ? shown.silent_after / 60 : 120;
  input('enabled').checked = shown.enabled ?? true;
  const silence = key.sensor === STATUS;
  /** @type {NodeListOf<HTMLElement>} */
  const parts = at('threshold-form').querySelectorAll('[data-for]');
  for (const node of parts) node.hidden = (node.dataset.for === STATUS) !== silence;
  preview();
}

/** @returns whether the change was made */
function ask(method, path, body, done) {
  return change('threshold-message', async () => {
    await send(method, path, body);
    await changed();
    return done;
  });
}

async function save() {
  const wrong = refuse();
  if (wrong) {
    input(wrong).focus();
    return;
  }
  touched = false;
  touched = !(await ask('PUT', 'thresholds', chosen(), 'Saved. It is judged within seconds.')) || touched;
}

function item(threshold) {
  const key = { device: threshold.device, sensor: threshold.sensor };
  const of = `${key.device} ${key.sensor}`;
  const name = `${sensorName(threshold.sensor)}, ${whose(threshold.device)}`;
  const edit = button(`edit ${of}`, `Edit ${name}`, 'Edit', () => {
    input('device').value = key.device;
    input('sensor').value = key.sensor;
    load();
    input(key.sensor === STATUS ? 'silent_after' : 'crit_below').focus();
  });
  const [turn, turned] = threshold.enabled ? ['Switch off', 'Switched off.'] : ['Switch on', 'Switched on.'];
  const toggle = button(`switch ${of}`, `${turn} ${name}`, turn, () =>
    ask('PUT', 'thresholds', { ...threshold, enabled: !threshold.enabled }, turned),
  );
  const remove = button(`remove ${of}`, `Remove ${name}`, 'Remove', () =>
    ask('DELETE', `thresholds?${new URLSearchParams(key)}`, undefined, 'Removed.'),
  );
  return element(
    'li',
    { class: threshold.enabled ? '' : 'off', 'data-threshold': of },
    element(
      'p',
      { class: 'what' },
      `${sensorName(threshold.sensor)} · ${whose(threshold.device)}`,
      threshold.enabled ? null : element('span', { class: 'level unknown' }, 'Off'),
    ),
    element('p', { class: 'more' }, inWords(threshold)),
    element('p', { class: 'actions' }, edit, toggle, remove),
  );
}

/**
 * Makes the form work.
 *
 * @param request sends a change to the server; rejects with what is wrong in words
 * @param reload asks for the list again
 */
export function startThresholds(request, reload) {
  send = request;
  changed = reload;
  onSubmit('threshold-form', save);
  for (const name of ['device', 'sensor']) input(name).addEventListener('change', load);
  for (const name of [...LIMITS, 'silent_after', 'enabled'])
    input(name).addEventListener('input', () => {
      touched = true;
      at('threshold-message').textContent = '';
      preview();
    });
}

/** Shows what is set. */
export function showThresholds(thresholds, devices, sensors) {
  const first = input('sensor').options.length === 0;
  all = thresholds;
  offer(input('device'), [ALL, ...devices], whose);
  offer(input('sensor'), [...new Set([...USUAL, ...sensors])].sort(bySensor).concat(STATUS), (name) =>
    name === STATUS ? 'Connection (silent board)' : sensorName(name),
  );
  refill(
    at('threshold-list'),
    thresholds.length
      ? [element('ol', {}, ...thresholds.map(item))]
      : everybodys.map((one) =>
          element(
            'p',
            { class: 'none' },
            `None of your own yet. ${sensorName(one.sensor)} is critical at ${value(one.crit_below)} or below, `,
            `until it is above ${value(one.crit_below + one.hysteresis)}.`,
          ),
        ),
  );
  // What is being typed stays; else the form shows what is set now.
  if (first || !touched) load();
}
