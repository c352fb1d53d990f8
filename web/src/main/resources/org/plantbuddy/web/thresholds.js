// The user's own thresholds: the list of those set, and a form that tells at once what one would have told.

import { ALL, STATUS, at, button, change, fieldOf, offer, onSubmit, sayAt, typed, written } from './form.js';
import { SIDES, about, defaults, holding, inWords, knowThresholds, own, previewer, refusal, sayIn } from './limits.js';
import { text } from './text.js';
import { USUAL, boardName, bySensor, element, refill, sensorName, withUnit } from './words.js';

const LIMITS = [...SIDES, 'hysteresis'];
const PREVIEW_EVERY = 60_000;

const input = fieldOf('threshold-form');
const whose = (device) => (device === ALL ? text('limits.allPlants') : boardName(device));

let send;
let changed;
let ask;
let say;
let touched = false;
let series = [];
let looked = { newest: 0, at: 0, found: true };

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

/** What a field is called. */
const nameOf = (name) => input(name).closest('label').firstChild.textContent.trim();

/** Tells each wrong field so, and gives the first of them, if there is one. */
function refuse() {
  const wrong = shownNames().filter(isWrong);
  for (const name of wrong)
    sayAt(input(name), text('limits.noNumber', { field: nameOf(name), typed: input(name).value, like: written(22.5) }));
  return wrong[0];
}

/** When the newest reading was that the form's threshold would judge, epoch s; 0 without one. */
function newestChosen() {
  const [device, sensor] = [input('device').value, input('sensor').value];
  return series
    .filter((line) => (device === ALL || line.device === device) && (sensor === STATUS || line.sensor === sensor))
    .reduce((newest, line) => Math.max(newest, line.times.at(-1)), 0);
}

async function preview() {
  for (const name of shownNames()) if (!isWrong(name)) sayAt(input(name));
  const wrong = shownNames().find(isWrong);
  if (wrong) {
    say(text('limits.notYet', { field: nameOf(wrong), typed: input(wrong).value }));
    ask(null);
    return;
  }
  looked = { ...looked, newest: newestChosen(), at: Date.now() };
  looked.found = await ask(chosen());
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
  const shown = own(key.device, key.sensor) ?? (key.sensor === STATUS ? {} : (holding(key.device, key.sensor) ?? {}));
  for (const name of LIMITS) input(name).value = shown[name] === undefined ? '' : written(shown[name]);
  input('silent_after').value = written((shown.silent_after ?? 7200) / 60);
  input('enabled').checked = shown.enabled ?? true;
  const silence = key.sensor === STATUS;
  /** @type {NodeListOf<HTMLElement>} */
  const parts = at('threshold-form').querySelectorAll('[data-for]');
  for (const node of parts) node.hidden = (node.dataset.for === STATUS) !== silence;
  preview();
}

/** @returns whether the change was made */
function alter(method, path, body, done) {
  return change('threshold-message', async () => {
    await send(method, path, body).catch((problem) => {
      throw new Error(refusal(problem.message));
    });
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
  touched = !(await alter('PUT', 'thresholds', chosen(), text('limits.saved'))) || touched;
}

function item(threshold) {
  const key = { device: threshold.device, sensor: threshold.sensor };
  const of = `${key.device} ${key.sensor}`;
  const name = `${about(threshold.sensor)}, ${whose(threshold.device)}`;
  const edit = button(`edit ${of}`, text('limits.editNamed', { name }), text('limits.edit'), () => {
    input('device').value = key.device;
    input('sensor').value = key.sensor;
    load();
    input(key.sensor === STATUS ? 'silent_after' : 'crit_below').focus();
  });
  const to = threshold.enabled ? 'pause' : 'on';
  const toggle = button(`switch ${of}`, text(`limits.${to}Named`, { name }), text(`limits.${to}`), () =>
    alter('PUT', 'thresholds', { ...threshold, enabled: !threshold.enabled }, text(`limits.${to}Done`)),
  );
  const remove = button(`remove ${of}`, text('limits.removeNamed', { name }), text('limits.remove'), () =>
    alter('DELETE', `thresholds?${new URLSearchParams(key)}`, undefined, text('limits.removed')),
  );
  return element(
    'li',
    { class: threshold.enabled ? '' : 'off', 'data-threshold': of },
    element(
      'p',
      { class: 'what' },
      `${about(threshold.sensor)} · ${whose(threshold.device)}`,
      threshold.enabled ? null : element('span', { class: 'level unknown' }, text('limits.paused')),
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
  say = sayIn(at('threshold-preview'));
  ask = previewer(send, say);
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
  knowThresholds(thresholds);
  offer(input('device'), [ALL, ...devices], whose);
  offer(input('sensor'), [...new Set([...USUAL, ...sensors])].sort(bySensor).concat(STATUS), (name) => about(name));
  refill(
    at('threshold-list'),
    thresholds.length
      ? [element('ol', {}, ...thresholds.map(item))]
      : defaults().map(({ sensor, crit_below: limit, hysteresis }) =>
          element(
            'p',
            { class: 'none' },
            text('limits.none', {
              sensor: sensorName(sensor),
              limit: withUnit(sensor, limit),
              clear: withUnit(sensor, limit + hysteresis),
            }),
          ),
        ),
  );
  // What is being typed stays; else the form shows what is set now.
  if (first || !touched) load();
}
