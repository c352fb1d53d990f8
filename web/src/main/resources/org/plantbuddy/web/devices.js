// The user's boards: whether they are there, adding one, and taking one's password away.

import { openAdd, showAdded } from './add.js';
import { openDialog, openForm, textField } from './dialog.js';
import { at, button, change } from './form.js';
import { text, textWith } from './text.js';
import { ageOf, boardName, element, moment } from './words.js';

const STATES = ['online', 'offline'];

let send;
let changed;
let known;

function lastReading(seen) {
  if (!seen?.lastReading) return ['unknown', '–', text('devices.noReading')];
  const age = ageOf(seen.lastReading);
  age.dataset.lastOf = seen.device;
  const heard = seen.state !== 'silent' || seen.quiet.length > 0;
  return [heard ? 'ok' : 'unknown', heard ? '●' : '?', ...textWith('devices.last', { age })];
}

/**
 * When a board was last heard, and what it says of itself.
 *
 * @param seen what the overview says of it; undefined before there is one, and of a board that is revoked
 */
export function boardStatus(board, seen) {
  if (!board.active) return [element('small', {}, text('devices.disconnected'))];
  const [look, sign, ...words] = lastReading(seen);
  const badge = element(
    'span',
    { class: `level ${look}` },
    element('span', { 'aria-hidden': 'true' }, sign),
    element('span', {}, ...words),
  );
  return STATES.includes(board.status)
    ? [badge, element('small', {}, ...textWith(`boardStatus.${board.status}`, { time: moment(board.since) }))]
    : [badge];
}

const DONE = { ignored: 'denied.ignored', 'taken-over': 'denied.takenOver' };

/** What the broker denied a board, or the user's own clients, and what to do: a line for each kind, the newest first. */
export function deniedLines(denied) {
  return denied.map(({ kind, reason, times, last }) =>
    element(
      'p',
      { class: 'denied', 'data-kind': kind },
      `${text(DONE[kind] ?? 'denied.refused', { reason })} · `,
      element('span', { class: 'times' }, ...textWith('denied.times', { count: times, time: moment(last) })),
    ),
  );
}

function revoke(device) {
  const sure = window.confirm(text('devices.sure', { name: boardName(device) }));
  if (!sure) return;
  change('device-message', async () => {
    await send('DELETE', `devices?${new URLSearchParams({ device })}`);
    await changed();
    return text('devices.revoked', { name: boardName(device) });
  });
}

const describe = (device, words) => async () => {
  await send('PATCH', 'devices', { device, ...words });
  await changed();
};

function rename(board) {
  openForm(
    text('devices.renameBoard', { name: boardName(board.device) }),
    [
      textField('name', text('add.name'), board.name ?? '', { maxlength: '120' }),
      textField('place', text('add.place'), board.place ?? '', { maxlength: '120' }),
    ],
    text('form.save'),
    (form) => describe(board.device, { name: form.get('name'), place: form.get('place') })(),
  );
}

function archive(board, archived) {
  const done = text(archived ? 'devices.archived' : 'devices.back', { name: boardName(board.device) });
  return change('device-message', async () => {
    await describe(board.device, { archived })();
    return done;
  });
}

function actions(board) {
  const { device } = board;
  const name = boardName(device);
  const again = button(`back ${device}`, text('devices.putBackBoard', { name }), text('devices.putBack'), () =>
    archive(board, false),
  );
  if (board.archived) return [again];
  return [
    button(`rename ${device}`, text('devices.renameBoard', { name }), text('devices.rename'), () => rename(board)),
    board.active
      ? null
      : button(`again ${device}`, text('devices.connectBoard', { name }), text('devices.connect'), () =>
          connectAgain(device),
        ),
    board.active
      ? button(`revoke ${device}`, text('devices.revokeBoard', { name }), text('devices.revoke'), () => revoke(device))
      : button(`archive ${device}`, text('devices.archiveBoard', { name }), text('devices.archive'), () =>
          archive(board, true),
        ),
  ].filter(Boolean);
}

async function add(board) {
  const added = await send('POST', 'devices', board);
  await changed();
  return added;
}

/** A board that was disconnected gets a new password. */
function connectAgain(device) {
  return change('device-message', async () => {
    const added = await add({ device });
    showAdded(openDialog(boardName(device)), added, known());
    return '';
  });
}

function item(board, seen) {
  return element(
    'li',
    { 'data-device': board.device },
    element(
      'p',
      { class: 'what' },
      boardName(board.device),
      board.place ? element('small', {}, board.place) : null,
      ...boardStatus(board, seen),
    ),
    element('p', { class: 'more' }, ...textWith('devices.signsInAs', { name: element('code', {}, board.username) })),
    ...deniedLines(board.denied),
    element('p', { class: 'actions' }, ...actions(board)),
  );
}

function archivedOnes(boards) {
  const list = element('ol', {}, ...boards.map((board) => item(board)));
  const count = text('devices.countArchived', { count: boards.length });
  return element('details', {}, element('summary', { 'data-key': 'archived' }, count), list);
}

/**
 * The list of boards.
 *
 * @param seenOf what the overview says of one, by its name
 * @param own what was denied the user's own clients
 */
export function deviceList(boards, seenOf, own) {
  const mine = own.length
    ? element('div', { class: 'own' }, element('p', { class: 'what' }, text('devices.own')), ...deniedLines(own))
    : null;
  const kept = boards.filter((board) => !board.archived);
  const archived = boards.filter((board) => board.archived);
  return [
    mine,
    kept.length
      ? element('ol', {}, ...kept.map((board) => item(board, seenOf(board.device))))
      : element('p', { class: 'none' }, text('devices.none')),
    archived.length ? archivedOnes(archived) : null,
  ].filter(Boolean);
}

/**
 * Makes the button work that adds one.
 *
 * @param request sends a change to the server; rejects with what is wrong in words
 * @param state what is known now: boards, overview, refused readings
 * @param reload asks for the list again
 */
export function startDevices(request, state, reload) {
  send = request;
  known = state;
  changed = reload;
  at('add-plant').addEventListener('click', () => {
    const taken = (known().devices ?? []).map((board) => board.device);
    openAdd(taken, add, known);
  });
}
