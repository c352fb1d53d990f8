// The changes of level that were told: a list in pieces, with filters above it.

import { alertList } from './alerts.js';
import { at, fieldOf, offer } from './form.js';
import { text } from './text.js';
import { LEVELS, boardName, element, refill } from './words.js';

const DAY = 86_400_000;
const TIMES = ['', '1', '7', '30'];
const SHOWN_LEVELS = ['', 'crit', 'warn', 'ok'];

/** Pieces that come again begin with what is there already; else they have to be asked for anew. */
function joined(known, newest) {
  const ids = new Set(newest.map((alert) => alert.id));
  const older = known.filter((alert) => !ids.has(alert.id));
  return older.length < known.length ? [...newest, ...older] : null;
}

/**
 * Makes the list work, whose parts are in the page: `alert-filters`, `alerts`, `more-alerts` and `alerts-said`.
 *
 * @param ask asks the server for a piece
 * @param fixed what is asked for beside what is chosen, and what is said where there is nothing
 * @returns `load` asks for the newest piece, `show` shows what is known, `offerPlants` what can be chosen
 */
export function startHistory(ask, fixed) {
  const field = fieldOf('alert-filters');
  let rows = null;
  let next = null;
  let asked = '';
  let shown = '';

  function question() {
    const chosen = new URLSearchParams(fixed.query());
    for (const name of ['device', 'level']) if (field(name)?.value) chosen.set(name, field(name).value);
    const days = Number(field('time')?.value);
    if (days) chosen.set('from', new Date(Date.now() - days * DAY).toISOString());
    return chosen.toString();
  }

  const isChosen = () => [...at('alert-filters').querySelectorAll('select')].some((select) => select.value);

  async function load() {
    const now = question();
    const piece = await ask(now ? `alerts?${now}` : 'alerts');
    const same = now.replace(/from=[^&]*/, '') === asked.replace(/from=[^&]*/, '');
    const longer = same && rows?.length > piece.body.history.length ? joined(rows, piece.body.history) : null;
    asked = now;
    rows = longer ?? piece.body.history;
    if (!longer) next = piece.next;
  }

  /** Says it once it is there: whoever chose or asked for more has the focus elsewhere. */
  async function told(work) {
    try {
      await work();
      const told = next ? 'history.shownMore' : 'history.shown';
      at('alerts-said').textContent = rows.length ? text(told, { count: rows.length }) : text('history.none');
    } catch {
      at('alerts-said').textContent = text('history.lost');
    }
    show();
  }

  async function older() {
    const piece = await ask(next);
    rows = [...rows, ...piece.body.history];
    next = piece.next;
  }

  function show() {
    if (!rows) return;
    const key = JSON.stringify([rows, rows.map((alert) => boardName(alert.device)), isChosen()]);
    const had = at('more-alerts') === document.activeElement;
    at('more-alerts').hidden = !next;
    if (had && !next) at('alerts').focus();
    if (shown === key) return;
    shown = key;
    const none = isChosen() ? text('history.noneOfThese') : fixed.none;
    refill(at('alerts'), [rows.length ? alertList(rows) : element('p', { class: 'none' }, none)]);
  }

  offer(field('level'), SHOWN_LEVELS, (level) => (level ? LEVELS[level].word : text('history.all')));
  if (field('time')) offer(field('time'), TIMES, (days) => text(`historyTime.${days || 'any'}`));
  at('alert-filters').addEventListener('change', () => told(load));
  at('alert-filters').addEventListener('submit', (event) => event.preventDefault());
  at('more-alerts').addEventListener('click', () => told(older));
  return {
    load,
    show,
    offerPlants: (devices) => offer(field('device'), ['', ...devices], plant),
  };
}

const plant = (device) => (device ? boardName(device) : text('history.all'));
