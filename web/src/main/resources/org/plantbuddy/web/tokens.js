// Tokens that the owner gives to apps: the list of them, and making one.

import { copyButton } from './copy.js';
import { fillDialog, openDialog } from './dialog.js';
import { at, button, change, fieldOf, onSubmit, sayAt } from './form.js';
import { text, textWith } from './text.js';
import { ageOf, element, moment, refill } from './words.js';

const SCOPES = ['read', 'note', 'manage', 'mqtt'];

const input = fieldOf('token-form');

let send;
let changed;

/** What a token may do, in words. */
export const mayDo = (scopes) => {
  const words = SCOPES.filter((scope) => scopes.includes(scope))
    .map((scope) => text(`scopes.${scope}`))
    .join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function item({ label, scopes, created, ends, used }) {
  const over = ends !== null && ends <= Date.now();
  const end = over ? 'tokens.ended' : 'tokens.ends';
  return element(
    'li',
    { 'data-token': label },
    element(
      'p',
      { class: 'what' },
      label,
      over ? element('span', { class: 'level ended' }, text('tokens.over')) : null,
    ),
    element(
      'p',
      { class: 'more' },
      `${mayDo(scopes)}. `,
      ...textWith('tokens.made', { created: moment(created) }),
      ', ',
      ...(used === null ? [text('tokens.unused')] : textWith('tokens.used', { used: ageOf(used) })),
      ...(ends === null ? [] : [', ', ...textWith(end, { ends: moment(ends) })]),
    ),
    element(
      'p',
      { class: 'actions' },
      button(`revoke ${label}`, text('tokens.revokeNamed', { label }), text('tokens.revoke'), () => revoke(label)),
    ),
  );
}

function revoke(label) {
  if (!confirm(text('tokens.sure', { label }))) return;
  change('token-message', async () => {
    await send('DELETE', `tokens?${new URLSearchParams({ label })}`);
    await changed();
    return text('tokens.revoked', { label });
  });
}

export function showTokens(tokens) {
  const list = tokens.length
    ? element('ol', {}, ...tokens.map(item))
    : element('p', { class: 'none' }, text('tokens.none'));
  refill(at('token-list'), [list]);
}

function showMade({ label, token }) {
  const shown = element('code', {}, token);
  const close = element('button', { type: 'button', class: 'primary' }, text('tokens.saved'));
  const dialog = openDialog('');
  close.addEventListener('click', () => dialog.close());
  fillDialog(
    dialog,
    text('tokens.title', { label }),
    element('p', {}, text('tokens.once')),
    element('p', { class: 'token' }, shown, copyButton(text('tokens.it'), token, shown)),
    close,
  );
}

async function make() {
  const scopes = SCOPES.filter((scope) => input(scope).checked);
  const days = input('days').value === '' ? null : Number(input('days').value);
  const made = await send('POST', 'tokens', { label: input('label').value.trim(), scopes, days });
  /** @type {HTMLFormElement} */ (at('token-form')).reset();
  await changed();
  showMade(made);
  return text('tokens.done', { label: made.label });
}

/** Says at a field what is wrong, if anything is. */
function isTyped() {
  const unnamed = input('label').value.trim() === '';
  sayAt(input('label'), unnamed ? text('tokens.unnamed') : undefined);
  const idle = !SCOPES.some((scope) => input(scope).checked);
  sayAt(input('mqtt'), idle ? text('tokens.idle') : undefined);
  if (unnamed) input('label').focus();
  else if (idle) input('mqtt').focus();
  return !unnamed && !idle;
}

/**
 * Makes the form work.
 *
 * @param request sends a change to the server; rejects with what is wrong in words
 * @param reload asks for the list again
 */
export function startTokens(request, reload) {
  send = request;
  changed = reload;
  onSubmit('token-form', () => isTyped() && change('token-message', make));
}
