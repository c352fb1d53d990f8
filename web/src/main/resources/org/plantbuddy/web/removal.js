// The end of an account: what goes with it, and the question whether that is meant.

import { openForm, textField } from './dialog.js';
import { at } from './form.js';
import { text } from './text.js';
import { boardName, element } from './words.js';

const NAMED = 3;

let user;
let send;
let what = '';

/**
 * What comes of a request that has the password; an error's message is in the reader's language.
 *
 * @param answer of the server
 */
export async function withPassword(answer) {
  try {
    return await answer;
  } catch (problem) {
    if (problem.status === 403) throw new Error(text('account.wrong'));
    if (problem.status === 429) throw new Error(text('account.tooMany'));
    throw problem;
  }
}

/** Names of boards, at most so many. */
function named(boards) {
  const names = boards.slice(0, NAMED).map((one) => boardName(one.device));
  const count = boards.length - NAMED;
  return count > 0 ? text('removal.more', { names: names.join(', '), count }) : names.join(', ');
}

/** What goes, one after the other. */
export function whatGoes(boards, tokens) {
  return [
    boards.length ? text('removal.boards', { count: boards.length, names: named(boards) }) : null,
    text('removal.readings'),
    text('removal.alerts'),
    tokens.length ? text('removal.tokens', { count: tokens.length }) : null,
    text('removal.browsers'),
  ]
    .filter((part) => part !== null)
    .join(', ');
}

export function showRemoval(boards, tokens) {
  what = whatGoes(boards, tokens);
  at('removal-what').textContent = text('removal.goes', { what });
}

function ended({ done }) {
  const title = element('h1', { id: 'name', tabindex: '-1' }, text('removal.done'));
  at('main').replaceChildren(
    title,
    element('p', {}, done ? text('removal.nothingLeft') : text('removal.waits')),
    element('p', {}, element('a', { href: '/login' }, text('removal.signIn'))),
  );
  document.querySelector('.account').replaceChildren();
  title.focus();
}

function open() {
  const fields = [
    element('p', { class: 'muted' }, text('removal.warning', { what })),
    textField('user', text('removal.user', { user }), ''),
    textField('password', text('removal.password'), '', { type: 'password', autocomplete: 'current-password' }),
  ];
  openForm(text('removal.sure'), fields, text('removal.submit'), async (typed, dialog) => {
    if (typed.get('user').trim() !== user) throw new Error(text('removal.mistyped', { user }));
    const answer = await withPassword(send('POST', 'removal', { user, password: typed.get('password') }));
    dialog.addEventListener('close', () => ended(answer));
  });
}

/**
 * Makes the button work.
 *
 * @param request sends a change to the server; rejects with what is wrong in words
 * @param name of the user
 */
export function startRemoval(request, name) {
  send = request;
  user = name;
  at('remove-account').addEventListener('click', open);
}
