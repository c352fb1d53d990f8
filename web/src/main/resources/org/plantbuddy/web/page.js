// The user's page: hears what happens, asks the server for the rest, and shows what changed.

import { isAwaited, showProgress } from './add.js';
import { SETTLED, keepAsking, nowAndLater } from './asking.js';
import { onThemeChange, showCharts } from './charts.js';
import { deviceList, startDevices } from './devices.js';
import { at } from './form.js';
import { startHistory } from './history.js';
import { knowDefault, limitsFor } from './limits.js';
import { calmly, listen, withHeard, withPoint } from './live.js';
import { muteList, offerMutes, startMutes } from './mutes.js';
import { startNotes } from './notes.js';
import { holds, verdict, verdictElement, withNewest } from './overview.js';
import { rowsOf, showPlants, spokenOf } from './plants.js';
import { askPiece, ask as askServer, keptAt, send as sendToServer, signOut } from './server.js';
import { speak } from './spoken.js';
import { text, textWith } from './text.js';
import { previewReadings, showThresholds, startThresholds } from './thresholds.js';
import { boardName, element, growOlder, knowBoards, moment, refill, shortTime } from './words.js';

/** While it is not heard what happens. */
const OVERVIEW_EVERY = 3_000;
const LISTS_EVERY = 10_000;
const SERIES_EVERY = 30_000;

/** What is heard is shown no more often; ms. */
const SHOWN_EVERY = 500;

const DRAWN = 47 * 3_600_000;

/** What the sentence says holds for a while only, also when no answer comes at all. */
const FRAME_EVERY = 5_000;

const state = {
  me: null,
  overview: null,
  devices: null,
  mutes: null,
  series: null,
  refused: null,
  usage: null,
  thresholds: null,
  answered: 0,
  lost: false,
};
const rendered = new Map();

const ask = (path) => askServer(path, AbortSignal.timeout(15_000));
const history = startHistory((path) => askPiece(path, AbortSignal.timeout(15_000)), {
  query: () => '',
  none: text('page.noAlerts'),
});

/** Sends a change. */
const send = (method, path, body) => sendToServer(method, path, state.me?.csrf, body);

/** Puts new content in a place only when what it shows has changed, so that nothing flickers or loses its focus. */
function show(id, facts, make) {
  const key = JSON.stringify(facts);
  if (rendered.get(id) === key) return;
  rendered.set(id, key);
  refill(at(id), make());
}

/** The addresses of those that are not archived. */
function boardNames() {
  const names = new Set(state.devices.map((board) => board.device));
  for (const line of [...(state.series?.known ?? []), ...(state.overview?.newest ?? [])]) names.add(line.device);
  for (const board of state.devices) if (board.archived) names.delete(board.device);
  return [...names].sort();
}

const seenOf = (device) => state.overview?.boards.find((board) => board.device === device);

function showFrame() {
  const told = verdict(state.overview, state.answered, state.lost);
  show('verdict', told, () => verdictElement(told));
  at('user').textContent = state.me?.user ?? '';
  at('user').hidden = !state.me;
  at('operator').hidden = !state.me?.operator;
  const asOf = state.overview?.asOf;
  show('freshness', asOf && shortTime(asOf), () => (asOf ? [text('page.updated', { time: shortTime(asOf) })] : []));
  const count = new Set(state.overview?.inForce.map((alert) => alert.device)).size;
  document.title = count ? text('page.title', { count }) : 'Plant Buddy';
  if (state.overview) showRows();
}

/** Why the newest reading of a board was refused, if one was. */
function refusalOf(device) {
  const topic = `plantbuddy/${state.me?.user}/${device}`;
  return state.refused?.find((one) => `${one.topic}/`.startsWith(`${topic}/`))?.reason;
}

function showRows() {
  const rows = rowsOf(state.overview, holds(state.answered, state.lost));
  const mutes = state.mutes ?? [];
  const waiting = rows.filter((row) => row.waiting).map((row) => refusalOf(row.device));
  const facts = JSON.stringify([rows, rows.map((row) => boardName(row.device)), mutes, waiting]);
  if (rendered.get('plants') !== facts) {
    rendered.set('plants', facts);
    showPlants(at('plants'), rows, mutes, refusalOf);
  }
  speak(at('spoken'), rows.filter((row) => row.alerts.length).map(spokenOf));
}

/** What to do next, as long as there is nothing to see. */
function showStart() {
  const board = state.devices.find((one) => one.active);
  const anything = state.series.known.length > 0 || state.overview.newest.length > 0;
  at('start').hidden = anything;
  show('start', [anything, board && boardName(board.device)], () => {
    if (anything) return [];
    const [title, what] = board
      ? [text('start.waiting', { name: boardName(board.device) }), text('start.lost')]
      : [text('start.none'), text('start.add')];
    return [element('div', { class: 'card start' }, element('h2', {}, title), element('p', {}, what))];
  });
}

function showMutes() {
  const boards = boardNames();
  const { known } = state.series;
  at('mutes').hidden = boards.length === 0;
  show('mute-list', state.mutes, () => muteList(state.mutes));
  const facts = JSON.stringify([boards, known]);
  if (rendered.get('mutes') === facts) return;
  rendered.set('mutes', facts);
  offerMutes(boards, known);
}

function showDevices() {
  const seen = state.devices.map(({ device }) => [
    seenOf(device)?.state,
    seenOf(device)?.quiet,
    Boolean(seenOf(device)?.lastReading),
  ]);
  const denied = state.me?.denied ?? [];
  show('device-list', [state.devices, seen, denied], () => deviceList(state.devices, seenOf, denied));
}

/** Whether there is a reading to draw of which the charts have no line yet. */
function hasNewSeries() {
  const { series } = state.series;
  return state.overview.newest.some(
    (one) =>
      one.time > Date.now() - DRAWN && !series.some((line) => line.device === one.device && line.sensor === one.sensor),
  );
}

function lines() {
  const names = boardNames();
  return withNewest(state.series.series, state.overview).filter((line) => names.includes(line.device));
}

function showHistory() {
  const series = lines();
  at('history').hidden = series.length === 0;
  showCharts(at('charts'), series, boardNames(), limitsFor);
}

function showLimits() {
  const anything = boardNames().length > 0;
  knowDefault(state.me.defaultThreshold);
  at('thresholds').hidden = !anything;
  const sensors = state.series.known.map((one) => one.sensor);
  const facts = JSON.stringify([state.thresholds, boardNames(), sensors]);
  if (!anything || rendered.get('thresholds') === facts) return;
  rendered.set('thresholds', facts);
  showThresholds(state.thresholds, boardNames(), sensors);
}

function showAlerts() {
  if (state.devices) history.offerPlants(state.devices.map((board) => board.device));
  history.show();
}

function showRefused() {
  show('refused', state.refused, () =>
    state.refused.length === 0
      ? [element('p', { class: 'none' }, text('page.none'))]
      : [
          element(
            'ol',
            {},
            ...state.refused.map((refused) =>
              element(
                'li',
                {},
                moment(refused.time),
                element('p', { class: 'what' }, refused.reason),
                element(
                  'p',
                  { class: 'more' },
                  ...textWith('page.refusedOn', {
                    payload: element('code', {}, refused.payload),
                    topic: element('code', {}, refused.topic),
                  }),
                ),
              ),
            ),
          ),
        ],
  );
}

function showUsage() {
  const { readingsToday, readingsPerDay } = state.usage;
  const told = readingsPerDay === 0 ? 'page.usage' : 'page.usageOfMost';
  show('usage', state.usage, () => [text(told, { count: readingsToday, most: readingsPerDay })]);
}

function showAll() {
  knowBoards(state.devices ?? state.overview?.boards ?? []);
  showFrame();
  if (state.devices) showDevices();
  if (state.me && state.devices && state.series && state.overview) {
    showStart();
    if (state.thresholds) showLimits();
    if (state.thresholds && !at('thresholds').hidden) previewReadings(lines());
    if (state.mutes) showMutes();
    showHistory();
  }
  showAlerts();
  if (state.refused) showRefused();
  if (state.usage) showUsage();
  /** @type {NodeListOf<HTMLElement>} */
  const ages = document.querySelectorAll('[data-last-of]');
  for (const age of ages) age.dataset.since = seenOf(age.dataset.lastOf)?.lastReading ?? age.dataset.since;
  growOlder();
  showProgress(state.overview, state.refused, state.devices);
}

/** What stays away is asked for again the next time; whether the server answers at all is told by the overview. */
const all =
  (...parts) =>
  () =>
    Promise.all(
      parts.map(async (part) => {
        state[part] = await ask(part).catch(() => state[part]);
      }),
    );

at('sign-out').addEventListener('click', () => signOut(state.me?.csrf));
startDevices(
  send,
  () => state,
  async () => {
    state.devices = await ask('devices');
    showAll();
  },
);
startMutes(send, async () => {
  state.mutes = await ask('mutes');
  showAll();
});
startNotes(send, () => {});
startThresholds(send, async () => {
  state.thresholds = await ask('thresholds');
  showAll();
});
onThemeChange(() => showAll());
setInterval(showFrame, FRAME_EVERY);

/** The newest readings that were heard, by series. */
const heard = new Map();
let isLive = () => false;
const withWhatWasHeard = (overview) => withHeard(overview, heard.values(), limitsFor);

const keep = (every, work) => keepAsking(every, work, showAll, () => isLive());
const askSeries = keep(SERIES_EVERY, all('me', 'series', 'thresholds', 'usage'));
const askLists = keep(LISTS_EVERY, () =>
  Promise.all([all('devices', 'mutes', 'refused')(), history.load().catch(() => {})]),
);
const askOverview = keep(OVERVIEW_EVERY, async () => {
  const before = state.overview?.inForce.map((alert) => alert.id);
  try {
    state.overview = withWhatWasHeard(await ask('overview'));
    state.answered = keptAt() ?? Date.now();
    state.lost = keptAt() !== null;
  } catch {
    state.lost = true;
    return;
  }
  if (before && `${before}` !== `${state.overview.inForce.map((alert) => alert.id)}`) askLists();
  if (state.series && hasNewSeries()) askSeries();
  if (isAwaited()) askLists();
});

const overviewChanged = nowAndLater(askOverview);
const listsChanged = nowAndLater(askLists);
const seriesChanged = nowAndLater(askSeries);
const overviewLater = calmly(() => setTimeout(askOverview, SETTLED), SETTLED);
const showSoon = calmly(showAll, SHOWN_EVERY);
const changed = () => {
  overviewChanged();
  listsChanged();
};
const anew = () => {
  changed();
  seriesChanged();
};

isLive = listen({
  reading(reading) {
    heard.set(`${reading.device} ${reading.sensor}`, { ...reading, at: Date.now() });
    const series = state.series && withPoint(state.series.series, reading);
    if (series) state.series = { ...state.series, series };
    else seriesChanged();
    if (!state.overview?.boards.some((board) => board.device === reading.device)) overviewChanged();
    if (state.overview) state.overview = withWhatWasHeard(state.overview);
    overviewLater();
    showSoon();
  },
  alert: changed,
  refused: listsChanged,
  device: changed,
  beat(well) {
    if (!well || state.lost || !state.overview || state.overview.cannotTell.length) return overviewChanged();
    state.answered = Date.now();
    state.overview = { ...state.overview, asOf: state.answered };
    showFrame();
  },
  ready: overviewChanged,
  reset: anew,
  away() {
    overviewChanged();
    setTimeout(() => {
      if (!isLive()) anew();
    }, OVERVIEW_EVERY);
  },
});
