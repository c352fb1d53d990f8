// A plant's page: all of its sensors on one time axis, over a time that the address names.

import { keepAsking, nowAndLater } from './asking.js';
import { onDark } from './charts.js';
import { Draft } from './draft.js';
import { at, fieldOf, onSubmit } from './form.js';
import { startHistory } from './history.js';
import { holding, knowDefault, knowThresholds, limitsFor, limitsOf } from './limits.js';
import { calmly, listen } from './live.js';
import { showNotes, startNoteForm, startNotes, waterButton } from './notes.js';
import { unknown } from './overview.js';
import { PlantChart, alertSpans, roomOf } from './plantchart.js';
import { askPiece, ask as askServer, keptAt, send as sendToServer } from './server.js';
import { text } from './text.js';
import { measured } from './units.js';
import {
  boardName,
  bySensor,
  element,
  knowBoards,
  moment,
  refill,
  sensorName,
  shortTime,
  unitOf,
  windowTime,
} from './words.js';

const RANGES = ['24h', '48h', '7d', '30d', '1y'];
const HOURS = { '24h': 24, '48h': 48, '7d': 168, '30d': 720, '1y': 8760 };
const USUAL = '48h';
const NEW_EVERY = 30_000;
const ALL_EVERY = 600_000;

/** What is heard is shown no more often; ms. */
const SHOWN_EVERY = 500;

/** Seconds: with fewer between them two readings have a line. */
const LEAST_GAP = 600;
const PATIENCE = 10_000;

/** So many changes of level have marks, and so many notes, at most. */
const MARKED = 200;

const device = decodeURIComponent(location.pathname.split('/').at(-1));
const charts = new Map();

/** Limits that were moved, by sensor. */
const drafts = new Map();
const field = fieldOf('span');
const state = {
  csrf: '',
  devices: null,
  overview: null,
  series: null,
  thresholds: null,
  alerts: null,
  notes: null,
  olderNotes: false,
  asked: 0,
  heard: 0,
  lost: {},
};
let isLive = () => false;
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
  return { range: RANGES.includes(asked.get('range')) ? asked.get('range') : USUAL };
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
      decimals: Math.max(line.decimals, more.decimals),
      live: false,
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

const decimalsOf = (value) => String(value).split('.')[1]?.length ?? 0;

/**
 * Lines with a reading that has just come. Where windows are long, one reading at most follows the newest of them.
 *
 * @param step seconds of a window
 * @returns null where it does not come next in a line: then the lines have to be asked for anew
 */
export function withReading(lines, { device, sensor, value, time }, step) {
  const line = lines.find((one) => one.device === device && one.sensor === sensor);
  const at = time / 1000;
  const last = line?.times.at(-1);
  if (!line || last >= at || at - last > Math.max(LEAST_GAP, 4 * step)) return null;
  const kept = line.times.length - (line.live && step > LEAST_GAP ? 1 : 0);
  const longer = (name, number) => [...line[name].slice(0, kept), number];
  const next = {
    ...line,
    decimals: Math.max(line.decimals, decimalsOf(value)),
    live: true,
    times: longer('times', at),
    values: longer('values', value),
    min: longer('min', value),
    max: longer('max', value),
    ...(value < line.lowest ? { lowest: value, lowestAt: at } : {}),
    ...(value > line.highest ? { highest: value, highestAt: at } : {}),
  };
  return lines.map((one) => (one === line ? next : one));
}

/** The time that is shown by now: one before now goes on. */
export function movedOn({ from, to }, span, now) {
  const on = Math.max(0, now - to);
  if (span.range) return { from: from + on, to: to + on };
  return { from, to: Number.isFinite(span.to) ? to : to + on };
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

/** Which alerts and notes belong to what is shown. */
function partsOfTime() {
  const { range: before, from, to } = span();
  const start = before ? Date.now() - HOURS[before] * 3_600_000 : from;
  return new URLSearchParams({
    device,
    from: new Date(start).toISOString(),
    ...(Number.isFinite(to) ? { to: new Date(to).toISOString() } : {}),
  }).toString();
}

const alertHistory = document.getElementById('alert-filters')
  ? startHistory((path) => askPiece(path, AbortSignal.timeout(PATIENCE)), {
      query: partsOfTime,
      none: text('history.none'),
    })
  : null;
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
}

async function loadSeries() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const late = setTimeout(() => asking.abort(new Error('no answer')), PATIENCE);
  try {
    state.series = await ask(`series?device=${device}&band=true&${questionOf(span())}`, signal);
    state.asked = Date.now();
    state.heard = state.series.asOf ?? 0;
  } finally {
    clearTimeout(late);
  }
}

/** Asks for what came since; for all again now and then, and where windows are long. */
async function loadNew() {
  const shown = state.series;
  if (!shown?.asOf || shown.step > 600 || Date.now() - state.asked > ALL_EVERY) {
    if (!shown?.asOf || Date.now() - state.asked > ALL_EVERY / 2) await loadSeries();
    return;
  }
  const more = await ask(`series?device=${device}&band=true&${questionOf(span())}&since=${shown.asOf}`);
  if (state.series !== shown) return;
  if (more.step !== shown.step) await loadSeries();
  else state.series = { ...more, series: withLater(shown.series, more.series, more.from / 1000 - shown.step) };
  state.heard = state.series.asOf ?? 0;
}

const others = {
  devices: async () => {
    state.devices = await ask('devices');
    knowBoards(state.devices);
  },
  overview: async () => {
    state.overview = await ask('overview');
  },
  me: async () => {
    const me = await ask('me');
    at('user').textContent = me.user;
    at('user').hidden = false;
    state.csrf = me.csrf;
    knowDefault(me.defaultThreshold);
  },
  thresholds: async () => {
    state.thresholds = await ask('thresholds');
    knowThresholds(state.thresholds);
  },
  alerts: async () => {
    const [marked] = await Promise.all([ask(`alerts?${partsOfTime()}&limit=${MARKED}`), alertHistory.load()]);
    state.alerts = marked;
  },
  notes: async () => {
    const piece = await askPiece(`notes?${partsOfTime()}&limit=${MARKED}`, AbortSignal.timeout(PATIENCE));
    state.notes = piece.body;
    state.olderNotes = piece.next !== null;
  },
};

const MISSING = {
  series: () =>
    state.series
      ? text('plant.readingsOld', { time: shortTime(state.series.asOf ?? state.series.to) })
      : text('plant.readings'),
  thresholds: () => text('plant.limits'),
  notes: () => text('notes.lost'),
  alerts: () => text('plant.alerts'),
};

function showProblems() {
  const told = Object.keys(MISSING).filter((part) => state.lost[part] || (part === 'series' && state.series?.problem));
  const kept = keptAt();
  const old = kept === null ? null : text('offline.kept', { time: shortTime(kept) });
  const reasons = state.overview && !old ? unknown(state.overview) : null;
  const texts = [...[old, reasons].filter(Boolean), ...told.map((part) => MISSING[part]())];
  if (at('problem').dataset.told === texts.join()) return;
  at('problem').dataset.told = texts.join();
  at('problem').replaceChildren(...texts.map((words) => element('p', { class: 'banner problem' }, words)));
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
  load({ series: loadSeries, alerts: others.alerts, notes: others.notes }).then(() => {
    show();
    at('charts').removeAttribute('aria-busy');
  });
}

function showRanges() {
  const now = span().range;
  at('ranges').replaceChildren(
    ...RANGES.map((name) => {
      const link = element(
        'a',
        { href: `?range=${name}`, ...(name === now ? { 'aria-current': 'page' } : {}) },
        text(`range.${name}`),
      );
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
  return alertSpans(alertsOf(sensor), Date.now(), from).filter((one) => one.to >= from && one.from <= to);
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
    limits: limitsShown(line.sensor),
    spans: spansOf(line.sensor),
    notes: state.notes ?? [],
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
    if (!charts.has(sensor))
      charts.set(sensor, new PlantChart(sensor, { zoom, back, read: speak, limit: moveLimit(sensor) }));
    const chart = charts.get(sensor);
    if (at('charts').children[i] !== chart.root)
      at('charts').insertBefore(chart.root, at('charts').children[i] ?? null);
    chart.update(one, room);
    chart.showBelow(drafts.get(sensor)?.root ?? null);
  });
  const silent = state.series.known
    .filter((one) => one.device === device && !lines.some((line) => line.sensor === one.sensor))
    .map((one) => sensorName(one.sensor).toLowerCase());
  at('silent').textContent = !lines.length
    ? text('plant.none')
    : silent.length
      ? text('plant.silent', { sensors: silent.join(', ') })
      : '';
}

const limitsShown = (sensor) =>
  drafts.has(sensor) ? limitsOf(drafts.get(sensor).threshold) : limitsFor(sensor, [device]);

const send = (method, path, body) => sendToServer(method, path, state.csrf, body);

/** Moves a limit of a sensor: it is not set before it is saved. */
const moveLimit = (sensor) => (name, to, isDragged) => {
  const chart = charts.get(sensor);
  if (!drafts.has(sensor)) {
    drafts.set(sensor, new Draft(device, holding(device, sensor), send, over(sensor)));
    at('limits-said').textContent = '';
  }
  const draft = drafts.get(sensor);
  draft.move(name, to, state.series.to - state.series.from);
  chart.showLimits(limitsShown(sensor), isDragged);
  chart.showBelow(draft.root);
};

const over = (sensor) => async (done) => {
  const { moved } = drafts.get(sensor);
  await load({ thresholds: others.thresholds });
  drafts.delete(sensor);
  show();
  at('limits-said').textContent = done;
  charts.get(sensor)?.handles.focus(moved);
};

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
          .concat([...charts.values()][0].noted(time))
          .filter((one) => one !== null)
          .join(', ')}`;
}

function showTable() {
  if (!(/** @type {HTMLDetailsElement} */ (at('table')).open)) return;
  const { series, step } = state.series;
  const lines = [...series].sort((a, b) => bySensor(a.sensor, b.sensor));
  const head = (words) => element('th', { scope: 'col' }, words);
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
      element('thead', {}, element('tr', {}, head(text('plant.time')), ...heads)),
      element('tbody', {}, ...rows),
    ),
  ]);
}

function showNoted() {
  const { notes, olderNotes } = state;
  if (!notes || at('notes').dataset.shown === JSON.stringify(notes)) return;
  at('notes').dataset.shown = JSON.stringify(notes);
  showNotes(at('notes'), notes);
  at('notes-older').textContent = olderNotes ? text('notes.older', { time: shortTime(notes.at(-1).time) }) : '';
}

function showName() {
  at('name').textContent = boardName(device);
  if (at('watered').dataset.name === boardName(device)) return;
  at('watered').dataset.name = boardName(device);
  refill(at('watered'), [waterButton(device)]);
}

function show() {
  showName();
  document.title = `${boardName(device)} – Plant Buddy`;
  showProblems();
  if (!state.series) return;
  state.series = { ...state.series, ...movedOn(state.series, span(), Date.now()) };
  at('freshness').textContent = state.heard ? text('plant.updated', { time: shortTime(state.heard) }) : '';
  showSpan();
  showCharts();
  showTable();
  alertHistory.show();
  showNoted();
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
    at('span-message').textContent = wrong ? text('plant.order') : '';
    if (!wrong) go(questionOf({ from, to: Number.isFinite(to) ? to : null }));
  });
  at('table').addEventListener('toggle', () => state.series && showTable());
  startNotes(send, async () => {
    await load({ notes: others.notes });
    show();
  });
  startNoteForm(device);
  addEventListener('popstate', moved);
  onDark(redraw);
  range = span().range ?? USUAL;
  showRanges();
  const keep = (work) => keepAsking(NEW_EVERY, work, show, () => isLive());
  const askSeries = keep(() =>
    state.series && !isOpen() ? null : load({ series: state.series ? loadNew : loadSeries }),
  );
  const askOthers = keep(() => load(others));
  isLive = listen(hearing(nowAndLater(askSeries), nowAndLater(askOthers)));
}

/** What to do when something is heard. */
function hearing(seriesChanged, othersChanged) {
  const showSoon = calmly(show, SHOWN_EVERY);
  const anew = () => {
    seriesChanged();
    othersChanged();
  };
  const all = () => {
    state.asked = 0;
    anew();
  };
  const here = (work) => (event) => {
    if (event.device === device) work(event);
  };
  return {
    reading: here((reading) => {
      if (!state.series || !isOpen()) return;
      const { series, step } = state.series;
      const lines = withReading(series, reading, step);
      state.heard = Date.now();
      if (lines) state.series = { ...state.series, series: lines };
      else if (series.some((line) => line.sensor === reading.sensor)) seriesChanged();
      else all();
      showSoon();
    }),
    alert: here(othersChanged),
    refused() {},
    device: here(othersChanged),
    beat(well) {
      if (!well || state.overview?.cannotTell.length || Object.keys(state.lost).length) return anew();
      state.heard = Date.now();
      show();
    },
    ready: anew,
    reset: all,
    away: anew,
  };
}

if (document.getElementById('charts') && document.getElementById('span')) start();
