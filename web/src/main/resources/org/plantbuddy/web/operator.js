// The operator's page: how the parts are, who uses them, and what was denied. It changes nothing.

import { at } from './form.js';
import { ask as askServer } from './server.js';
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

function state(healthy) {
  const [kind, sign, word] = healthy ? ['ok', LEVELS.ok.sign, 'Well'] : ['crit', LEVELS.crit.sign, 'Wrong'];
  return element('span', { class: `level ${kind}` }, element('span', { 'aria-hidden': 'true' }, sign), word);
}

const count = (number) => number.toLocaleString('en');

function showParts(parts) {
  show('parts', parts, () => [
    table(
      ['Part', 'State', 'Detail'],
      parts.map(({ part, healthy, detail }) => [part, state(healthy), detail]),
    ),
  ]);
}

function roles({ operator, invited }) {
  return [operator ? 'operator' : null, invited ? 'has a link to choose a password' : null]
    .filter((one) => one !== null)
    .join(', ');
}

function showUsers({ count: all, users }) {
  at('users-count').textContent =
    users.length < all
      ? `${count(users.length)} of ${count(all)}, those who stored most today.`
      : `${count(all)} users.`;
  show('users', users, () => [
    table(
      ['User', 'Boards', 'With a password', 'Readings today (UTC)', 'At most a day', 'Notes'],
      users.map((one) => [
        one.user,
        count(one.boards),
        count(one.boardsActive),
        count(one.readingsToday),
        one.readingsPerDay === 0 ? 'any number' : count(one.readingsPerDay),
        roles(one),
      ]),
    ),
  ]);
}

function showDenials(denials) {
  show('denials', denials, () => [
    denials.length === 0
      ? element('p', { class: 'none' }, 'Nothing was denied in the last days.')
      : table(
          ['User', 'Board', 'Kind', 'Reason', 'Times', 'Last'],
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
    at('freshness').textContent = `Updated ${shortTime(Date.now())}`;
    show('problem', '', () => []);
  } catch {
    const text = 'The server has not answered. What was last seen is shown.';
    show('problem', text, () => [element('p', { class: 'banner problem' }, text)]);
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
