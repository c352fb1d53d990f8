// One connection on which the server says what happens, as long as somebody looks.

import { fromServer } from './temperature.js';

/** Without a word for so long the connection is none; the server says something every 25 s. */
const SILENT = 60_000;

/** Before a connection that the server refused is tried again. */
const REFUSED = 30_000;

const DRAWN = 48 * 3_600;

/**
 * Listens.
 *
 * @param hear functions for what is heard: `reading`, `alert`, `refused` and `device` with the event's data, `beat` with whether
 *     all parts of the server do their work, `reset` when something may have been missed, `ready` when nothing is from here on
 *     and `away`, when it is not known what happens
 * @returns whether what happens is heard, asked at any time
 */
export function listen(hear) {
  let source = null;
  let live = false;
  let timer;

  const away = () => {
    const before = live;
    live = false;
    if (before) hear.away();
  };
  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
    live = false;
  };
  const later = (work, ms) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
  const again = () => {
    close();
    hear.away();
    open();
  };

  function open() {
    source = new EventSource('/api/v1/events');
    const on = (name, work) =>
      source.addEventListener(name, (event) => {
        later(again, SILENT);
        work(fromServer(JSON.parse(event.data)));
      });
    for (const name of ['reading', 'alert', 'refused', 'device']) on(name, hear[name]);
    on('beat', (beat) => hear.beat(beat.well));
    on('away', away);
    on('ready', () => {
      live = true;
      hear.ready();
    });
    on('reset', () => {
      live = true;
      hear.reset();
    });
    source.onerror = () => {
      away();
      if (source.readyState === EventSource.CLOSED) {
        hear.away(); // it may have been signed out: whoever asks is told
        later(again, REFUSED);
      }
    };
    later(again, SILENT);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) close();
    else if (!source) open();
  });
  if (!document.hidden) open();
  return () => live;
}

/** By when the server's own answers know of a reading, if it is stored at all. */
const STORED = 60_000;

const beyond = (limits, value) =>
  limits.filter(({ below, at }) => (below ? value <= at : value >= at)).map(({ level, below }) => level + below);

/**
 * The overview with readings that have been heard since. One that is on another side of a limit than the last is being checked
 * until the server has judged it: nothing is fine before that.
 *
 * @param heard the newest of each series, each with the time `at` which it was heard
 * @param limitsFor the limits of a sensor of some boards
 */
export function withHeard(overview, heard, limitsFor) {
  const newest = [...overview.newest];
  const boards = new Map(overview.boards.map((board) => [board.device, board]));
  for (const { device, sensor, value, time, at } of heard) {
    const place = newest.findIndex((one) => one.device === device && one.sensor === sensor);
    const known = newest[place];
    const board = boards.get(device);
    if (known?.time >= time || !board || Date.now() - at > STORED) continue;
    const limits = limitsFor(sensor, [device]);
    const checking = Boolean(known?.checking) || `${beyond(limits, known?.value)}` !== `${beyond(limits, value)}`;
    newest.splice(place < 0 ? newest.length : place, 1, {
      ...known,
      device,
      sensor,
      time,
      value,
      fresh: true,
      checking,
    });
    boards.set(device, {
      ...board,
      state: checking && board.state === 'fine' ? 'checking' : board.state,
      lastReading: Math.max(board.lastReading ?? 0, time),
    });
  }
  return { ...overview, newest, boards: [...boards.values()] };
}

/**
 * The lines of the charts with a reading that has just come.
 *
 * @returns null where it is none that comes last in a line: then the lines have to be asked for anew
 */
export function withPoint(series, { device, sensor, value, time }) {
  const line = series.find((one) => one.device === device && one.sensor === sensor);
  const at = time / 1000;
  if (!line || line.times.at(-1) >= at) return null;
  const from = line.times.findIndex((one) => one > at - DRAWN);
  const longer = {
    ...line,
    times: [...line.times.slice(from < 0 ? line.times.length : from), at],
    values: [...line.values.slice(from < 0 ? line.values.length : from), value],
    lowest: Math.min(line.lowest, value),
    highest: Math.max(line.highest, value),
  };
  return series.map((one) => (one === line ? longer : one));
}

/** Does a piece of work when asked to, but not more often than every so many ms; being asked ten times at once is once. */
export function calmly(work, every) {
  let timer = null;
  let last = -Infinity;
  return () => {
    timer ??= setTimeout(
      () => {
        timer = null;
        last = performance.now();
        work();
      },
      Math.max(0, last + every - performance.now()),
    );
  };
}
