// The operator's page: how the parts are, who uses them, and what was denied. It changes nothing.

import { at } from './form.js';
import { ask as askServer } from './server.js';
import { locale, text } from './text.js';
import { LEVELS, ageOf, element, growOlder, refill, shortTime } from './words.js';

const EVERY = 10_000;
const rendered = new Map();

const ask = (path) => askServer(`operator/${path}`, AbortSignal.timeout(30_000));

/** Puts new content in a place only when what it shows has changed. */
function show(id, facts, make) {
  const key = JSON.stringify(facts);
  if (rendered.get(id) === key) return;
  rendered.set(id, key);
  refill(at(id), make());
}

/** A table; the first cell of a row names it. */
function table(heads, rows) {
  const cells = ([first, ...others]) => [
    element('th', { scope: 'row' }, first),
    ...others.map((one) => element('td', {}, one)),
  ];
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells(row)))),
  );
}

const heads = (...names) => names.map((name) => text(`operatorHead.${name}`));

function state(healthy) {
  const [kind, sign, word] = healthy
    ? ['ok', LEVELS.ok.sign, text('operator.well')]
    : ['crit', LEVELS.crit.sign, text('operator.wrong')];
  return element('span', { class: `level ${kind}` }, element('span', { 'aria-hidden': 'true' }, sign), word);
}

const count = (number) => number.toLocaleString(locale);

function showParts(parts) {
  show('parts', parts, () => [
    table(
      heads('part', 'state', 'detail'),
      parts.map(({ part, healthy, detail }) => [part, state(healthy), detail]),
    ),
  ]);
}

function roles({ operator, invited }) {
  return [operator ? text('operator.operator') : null, invited ? text('operator.invited') : null]
    .filter((one) => one !== null)
    .join(', ');
}

function showUsers({ count: all, users }) {
  at('users-count').textContent =
    users.length < all
      ? text('operator.someUsers', { count: users.length, all })
      : text('operator.users', { count: all });
  show('users', users, () => [
    table(
      heads('user', 'boards', 'boardsActive', 'today', 'most', 'notes'),
      users.map((one) => [
        one.user,
        count(one.boards),
        count(one.boardsActive),
        count(one.readingsToday),
        one.readingsPerDay === 0 ? text('operator.unlimited') : count(one.readingsPerDay),
        roles(one),
      ]),
    ),
  ]);
}

function showDenials(denials) {
  show('denials', denials, () => [
    denials.length === 0
      ? element('p', { class: 'none' }, text('operator.noDenials'))
      : table(
          heads('user', 'board', 'kind', 'reason', 'times', 'last'),
          denials.map((one) => [one.user, one.device, one.kind, one.reason, count(one.times), ageOf(one.last)]),
        ),
  ]);
}

async function round() {
  try {
    const [parts, users, denials] = await Promise.all([ask('status'), ask('users'), ask('denials')]);
    showParts(parts);
    showUsers(users);
    showDenials(denials);
    at('freshness').textContent = text('page.updated', { time: shortTime(Date.now()) });
    show('problem', '', () => []);
  } catch {
    const told = text('operator.unanswered');
    show('problem', told, () => [element('p', { class: 'banner problem' }, told)]);
  }
  growOlder();
}

async function keepAsking() {
  if (!document.hidden) await round();
  setTimeout(keepAsking, EVERY);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) round();
});
keepAsking();
