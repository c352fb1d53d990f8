// A plant's page: all of its sensors on one time axis, over a time that the address names.

import { onDark } from './charts.js';
import { at, fieldOf, onSubmit } from './form.js';
import { PlantChart, alertSpans, roomOf } from './plantchart.js';
import { ask as askServer } from './server.js';
import { knowDefault, knowThresholds, limitsFor } from './thresholds.js';
import { measured } from './units.js';
import {
  bySensor,
  element,
  levelBadge,
  moment,
  refill,
  sensorName,
  shortTime,
  toldLevel,
  unitOf,
  windowTime,
} from './words.js';

const RANGES = { '24h': '24 h', '48h': '48 h', '7d': '7 days', '30d': '30 days', '1y': '1 year' };
const USUAL = '48h';
const NEW_EVERY = 30_000;
const ALL_EVERY = 600_000;
const PATIENCE = 10_000;

/** What the server lists of alerts. */
const ALERTS_LISTED = 50;

const device = decodeURIComponent(location.pathname.split('/').at(-1));
const charts = new Map();
const field = fieldOf('span');
const state = { name: null, series: null, thresholds: null, alerts: null, asked: 0, lost: {} };
let range = USUAL;
let asking = new AbortController();

/**
 * The time that an address names: a range before now, or from and to (or now) in ms.
 *
 * @param search the part of it that begins with a question mark
 */
export function spanOf(search) {
  const asked = new URLSearchParams(search);
  const [from, to] = ['from', 'to'].map((name) => Date.parse(asked.get(name) ?? ''));
  if (Number.isFinite(from)) return { from, to: Number.isFinite(to) ? to : null };
  return { range: Object.hasOwn(RANGES, asked.get('range') ?? '') ? asked.get('range') : USUAL };
}

/** What the server is asked for a time. */
export function questionOf(span) {
  if (span.range) return `range=${span.range}`;
  const to = span.to === null ? '' : `&to=${new Date(span.to).toISOString()}`;
  return `from=${new Date(span.from).toISOString()}${to}`;
}

/**
 * Lines with what came later: from its first point on the later ones hold.
 *
 * @param from in seconds: points before it are no longer shown
 */
export function withLater(lines, later, from) {
  const joined = lines.map((line) => {
    const more = later.find((one) => one.sensor === line.sensor);
    const first = more?.times[0] ?? Infinity;
    const kept = [...line.times.keys()].filter((i) => line.times[i] >= from && line.times[i] < first);
    const join = (name) => [...kept.map((i) => line[name][i]), ...(more?.[name] ?? [])];
    if (!more) return line;
    const ends = (side, when, better) =>
      better(more[side], line[side]) ? [more[side], more[when]] : [line[side], line[when]];
    const [lowest, lowestAt] = ends('lowest', 'lowestAt', (a, b) => a < b);
    const [highest, highestAt] = ends('highest', 'highestAt', (a, b) => a > b);
    return {
      ...line,
      times: join('times'),
      values: join('values'),
      min: join('min'),
      max: join('max'),
      lowest,
      lowestAt,
      highest,
      highestAt,
    };
  });
  return [...joined, ...later.filter((one) => !lines.some((line) => line.sensor === one.sensor))];
}

/**
 * Rows of a table: a time and what each line has in that window, or in that minute.
 *
 * @param step seconds
 */
export function tableRows(lines, step) {
  const rows = new Map();
  const window = Math.max(60, step);
  lines.forEach((line, column) =>
    line.times.forEach((time, i) => {
      if ((line.values[i] ?? null) === null) return;
      const start = Math.floor(time / window) * window;
      if (!rows.has(start))
        rows.set(
          start,
          lines.map(() => null),
        );
      rows.get(start)[column] = line.values[i];
    }),
  );
  return [...rows].sort(([one], [other]) => other - one);
}

const ask = (path, signal = AbortSignal.timeout(PATIENCE)) => askServer(path, signal);

const span = () => spanOf(location.search);
const isOpen = () => span().range !== undefined || span().to === null;

/** Asks for some parts; those that cannot be had stay as they were, and are said. */
async function load(parts) {
  await Promise.all(
    Object.entries(parts).map(async ([part, work]) => {
      try {
        await work();
        delete state.lost[part];
      } catch (problem) {
        if (problem.name !== 'AbortError') state.lost[part] = true;
      }
    }),
  );
  show();
}

async function loadSeries() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const late = setTimeout(() => asking.abort(new Error('no answer')), PATIENCE);
  try {
    state.series = await ask(`series?device=${device}&band=true&${questionOf(span())}`, signal);
    state.asked = Date.now();
  } finally {
    clearTimeout(late);
  }
}

/** Asks for what came since; for all again now and then, and where windows are long. */
async function loadNew() {
  const shown = state.series;
  if (!shown?.asOf || shown.step > 600 || Date.now() - state.asked > ALL_EVERY) {
    if (!shown || Date.now() - state.asked > ALL_EVERY / 2) await loadSeries();
    return;
  }
  const more = await ask(`series?device=${device}&band=true&${questionOf(span())}&since=${shown.asOf}`);
  if (state.series !== shown) return;
  if (more.step !== shown.step) await loadSeries();
  else state.series = { ...more, series: withLater(shown.series, more.series, more.from / 1000 - shown.step) };
}

const others = {
  name: async () => {
    state.name = (await ask('devices')).find((one) => one.device === device)?.name ?? null;
  },
  thresholds: async () => {
    const [me, thresholds] = await Promise.all([ask('me'), ask('thresholds')]);
    knowDefault(me.defaultThreshold);
    knowThresholds(thresholds);
    state.thresholds = thresholds;
  },
  alerts: async () => {
    state.alerts = await ask('alerts');
  },
};

const MISSING = {
  series: () =>
    state.series
      ? `Readings cannot be loaded right now. You see those up to ${shortTime(state.series.asOf ?? state.series.to)}.`
      : 'Readings cannot be loaded right now.',
  thresholds: () => 'Limits cannot be loaded right now: they are not drawn.',
  alerts: () => 'Alerts cannot be loaded right now: they are not marked.',
};

function showProblems() {
  const told = Object.keys(MISSING).filter((part) => state.lost[part] || (part === 'series' && state.series?.problem));
  const texts = told.map((part) => MISSING[part]());
  if (at('problem').dataset.told === texts.join()) return;
  at('problem').dataset.told = texts.join();
  at('problem').replaceChildren(...texts.map((text) => element('p', { class: 'banner problem' }, text)));
}

/** Goes to another time; the browser's back button comes back. */
function go(question) {
  history.pushState(null, '', `${location.pathname}?${question}`);
  moved();
}

function moved() {
  const { range: asked } = span();
  range = asked ?? range;
  showRanges();
  at('charts').setAttribute('aria-busy', 'true');
  load({ series: loadSeries }).then(() => at('charts').removeAttribute('aria-busy'));
}

function showRanges() {
  const now = span().range;
  at('ranges').replaceChildren(
    ...Object.entries(RANGES).map(([name, text]) => {
      const link = element('a', { href: `?range=${name}`, ...(name === now ? { 'aria-current': 'page' } : {}) }, text);
      link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(`range=${name}`);
        /** @type {HTMLElement} */ (at('ranges').querySelector('[aria-current]'))?.focus();
      });
      return link;
    }),
  );
}

const localTime = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function showSpan() {
  if (at('span').contains(document.activeElement)) return;
  field('from').value = localTime(state.series.from);
  field('to').value = localTime(state.series.to);
}

/** Changes of level of this board that have to do with the time shown: also what was in force when it began. */
function alertsOf(sensor) {
  const { inForce = [], history = [] } = state.alerts ?? {};
  const known = new Map([...history, ...inForce].map((alert) => [alert.id, alert]));
  return [...known.values()].filter((alert) => alert.device === device && (!sensor || alert.sensor === sensor));
}

function spansOf(sensor) {
  const { from, to } = state.series;
  return alertSpans(alertsOf(sensor), Date.now()).filter((one) => one.to >= from && one.from <= to);
}

function showCharts() {
  const { from, to, step, series } = state.series;
  const lines = series.filter((line) => line.device === device).sort((a, b) => bySensor(a.sensor, b.sensor));
  for (const [sensor, chart] of charts) {
    if (!lines.some((line) => line.sensor === sensor)) {
      chart.remove();
      charts.delete(sensor);
    }
  }
  const shown = lines.map((line) => ({
    line,
    limits: limitsFor(line.sensor, [device]),
    spans: spansOf(line.sensor),
    from: from / 1000,
    to: to / 1000,
    step,
  }));
  const rooms = shown.map(roomOf);
  const room = {
    left: Math.max(50, ...rooms.map((one) => one.left)),
    right: Math.max(17, ...rooms.map((one) => one.right)),
  };
  shown.forEach((one, i) => {
    const { sensor } = one.line;
    if (!charts.has(sensor)) charts.set(sensor, new PlantChart(sensor, zoom, back, speak));
    const chart = charts.get(sensor);
    if (at('charts').children[i] !== chart.root)
      at('charts').insertBefore(chart.root, at('charts').children[i] ?? null);
    chart.update(one, room);
  });
  const silent = state.series.known
    .filter((one) => one.device === device && !lines.some((line) => line.sensor === one.sensor))
    .map((one) => sensorName(one.sensor).toLowerCase());
  at('silent').textContent = !lines.length
    ? 'No readings in this time.'
    : silent.length
      ? `No readings of ${silent.join(', ')} in this time.`
      : '';
}

const zoom = (from, to) =>
  go(`from=${new Date(from * 1000).toISOString()}&to=${new Date(Math.max(to, from + 60) * 1000).toISOString()}`);

function back() {
  if (!span().range) go(`range=${range}`);
}

/** Says what all sensors were at a time. */
function speak(time) {
  at('spoken').textContent =
    time === null
      ? ''
      : `${windowTime(time * 1000, state.series.step)}: ${[...charts.values()]
          .map((chart) => chart.saying(time))
          .filter((one) => one !== null)
          .join(', ')}`;
}

function showTable() {
  if (!(/** @type {HTMLDetailsElement} */ (at('table')).open)) return;
  const { series, step } = state.series;
  const lines = [...series].sort((a, b) => bySensor(a.sensor, b.sensor));
  const head = (text) => element('th', { scope: 'col' }, text);
  const heads = lines.map(({ sensor }) =>
    head(unitOf(sensor) ? `${sensorName(sensor)}, ${unitOf(sensor)}` : sensorName(sensor)),
  );
  const cell = (number, line) =>
    element('td', {}, number === null ? '–' : measured(number, '', line.decimals, step > 0));
  const rows = tableRows(lines, step).map(([time, numbers]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, moment(time * 1000, windowTime(time * 1000, step))),
      ...numbers.map((one, i) => cell(one, lines[i])),
    ),
  );
  refill(at('rows'), [
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, head('Time'), ...heads)),
      element('tbody', {}, ...rows),
    ),
  ]);
}

function showAlerts() {
  const { from, to } = state.series;
  const inTime = alertsOf()
    .filter((alert) => alert.time >= from && alert.time <= to)
    .sort((a, b) => b.time - a.time);
  const oldest = state.alerts.history.at(-1)?.time ?? 0;
  const more = state.alerts.history.length >= ALERTS_LISTED && oldest > from;
  const key = JSON.stringify([inTime, more]);
  if (at('alerts').dataset.shown === key) return;
  at('alerts').dataset.shown = key;
  const item = (alert) =>
    element(
      'li',
      {},
      levelBadge(toldLevel(alert)),
      element('p', { class: 'what' }, alert.message),
      element('p', { class: 'more' }, moment(alert.time), ` · ${sensorName(alert.sensor)}`),
    );
  refill(at('alerts'), [
    inTime.length ? element('ol', {}, ...inTime.map(item)) : element('p', { class: 'none' }, 'None.'),
    ...(more ? [element('p', { class: 'none' }, `Those before ${shortTime(oldest)} are not listed.`)] : []),
  ]);
}

function show() {
  const name = state.name ?? `Board ${device}`;
  at('name').textContent = name;
  document.title = `${name} – Plant Buddy`;
  showProblems();
  if (!state.series) return;
  at('freshness').textContent = state.series.asOf ? `Updated ${shortTime(state.series.asOf)}` : '';
  showSpan();
  showCharts();
  showTable();
  if (state.alerts) showAlerts();
}

/** Forgets the charts, to be drawn anew in other colours. */
function redraw() {
  for (const chart of charts.values()) chart.remove();
  charts.clear();
  show();
}

function start() {
  onSubmit('span', () => {
    const [from, to] = ['from', 'to'].map((name) => Date.parse(field(name).value));
    const wrong = !(from < (Number.isFinite(to) ? to : Date.now()));
    at('span-message').className = `message ${wrong ? 'wrong' : ''}`;
    at('span-message').textContent = wrong ? 'Choose a time from that is before the time to.' : '';
    if (!wrong) go(questionOf({ from, to: Number.isFinite(to) ? to : null }));
  });
  at('table').addEventListener('toggle', () => state.series && showTable());
  addEventListener('popstate', moved);
  onDark(redraw);
  range = span().range ?? USUAL;
  showRanges();
  const news = () => !document.hidden && load({ ...(isOpen() ? { series: loadNew } : {}), ...others });
  setInterval(news, NEW_EVERY);
  document.addEventListener('visibilitychange', news);
  load({ series: loadSeries, ...others });
}

if (document.getElementById('charts') && document.getElementById('span')) start();
