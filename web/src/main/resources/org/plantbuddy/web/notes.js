// What the owner notes of plants: a button for the can, a line of text, a list, marks in charts.

import { at, button } from './form.js';
import { text } from './text.js';
import { boardName, element, fullTime, moment, refill, shortTime } from './words.js';

let send;
let changed;

/** What a note says. */
export function inWords({ kind, text: said }) {
  if (kind !== 'watered') return said;
  return said ? text('notes.wateredWith', { text: said }) : text('notes.watered');
}

/** Those within so many seconds of a time in seconds. */
export const near = (notes, time, within) => notes.filter((note) => Math.abs(note.time / 1000 - time) <= within);

function say(kind, ...parts) {
  at('note-message').className = `message ${kind}`;
  at('note-message').replaceChildren(...parts);
}

async function change(work) {
  try {
    await work();
    await changed();
    return true;
  } catch (problem) {
    say('wrong', problem.message);
    return false;
  }
}

const remove = (note) =>
  change(async () => {
    await send('DELETE', `notes?${new URLSearchParams({ id: note.id })}`);
    say('', text('notes.gone'));
  });

/** Notes something, and offers to take it back. */
function add(note) {
  return change(async () => {
    const added = await send('POST', 'notes', note);
    const what = { name: boardName(added.device), note: inWords(added), time: shortTime(added.time) };
    const undo = button('undo note', text('notes.undoNamed', what), text('notes.undo'), () => {
      remove(added);
      at('note-message').focus();
    });
    say('ok', text('notes.added', what), ' ', undo);
  });
}

/** The button that notes a board's plant as watered. */
export const waterButton = (device) =>
  button(`watered ${device}`, text('notes.wateredNamed', { name: boardName(device) }), text('notes.watered'), () =>
    add({ device, kind: 'watered' }),
  );

/** Notes that belong together, as a list. */
export function showNotes(place, notes) {
  const item = (note) =>
    element(
      'li',
      { 'data-kind': note.kind },
      moment(note.time),
      element('p', { class: 'what' }, inWords(note)),
      element(
        'p',
        { class: 'actions' },
        button(
          `remove ${note.id}`,
          text('notes.removeNamed', { note: inWords(note), time: fullTime(note.time) }),
          text('notes.remove'),
          () => remove(note),
        ),
      ),
    );
  refill(place, [
    notes.length ? element('ol', {}, ...notes.map(item)) : element('p', { class: 'none' }, text('notes.none')),
  ]);
}

/**
 * Makes what is noted work.
 *
 * @param request sends a change to the server; rejects with what is wrong in words
 * @param reload asks for the notes again
 */
export function startNotes(request, reload) {
  send = request;
  changed = reload;
}

/** Makes the form of a plant's page work. */
export function startNoteForm(device) {
  const form = /** @type {HTMLFormElement} */ (at('note-form'));
  const field = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const when = Date.parse(field('time').value);
    const note = { device, kind: 'note', text: field('text').value, ...(Number.isFinite(when) ? { time: when } : {}) };
    if (await add(note)) form.reset();
    else field('text').focus();
  });
}
