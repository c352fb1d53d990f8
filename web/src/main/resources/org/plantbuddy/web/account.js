// The account's page: the password and the browsers that are signed in. Tokens, downloads and the end have scripts of their own.

import { at, button, change, fieldOf, onSubmit, sayAt } from './form.js';
import { offerBoards, startDownload } from './download.js';
import { showRemoval, startRemoval, withPassword } from './removal.js';
import { ask, send as sendToServer, signOut } from './server.js';
import { showSettings, startSettings } from './settings.js';
import { text, textWith } from './text.js';
import { showTokens, startTokens } from './tokens.js';
import { ageOf, element, knowBoards, moment, refill } from './words.js';

let me;

const input = fieldOf('password-form');
const send = (method, path, body) => sendToServer(method, path, me.csrf, body);

function tokensToo(tokens) {
  at('tokens-too').hidden = tokens.length === 0;
  at('tokens-too').querySelector('span').textContent = text('account.tokensToo', { count: tokens.length });
}

/** Says at each field what is wrong with it, if anything is. */
function isTyped() {
  const wrong = {
    old: input('old').value === '' ? text('account.oldMissing') : undefined,
    new: input('new').value.length < 8 ? text('account.tooShort') : undefined,
    again: input('again').value === input('new').value ? undefined : text('account.differ'),
  };
  for (const [field, what] of Object.entries(wrong)) sayAt(input(field), what);
  const first = Object.keys(wrong).find((field) => wrong[field]);
  if (first) input(first).focus();
  return !first;
}

async function changePassword() {
  const revokeTokens = input('revokeTokens').checked;
  const asked = { old: input('old').value, new: input('new').value, revokeTokens };
  const changed = await withPassword(send('PUT', 'password', asked));
  me.csrf = changed.csrf;
  /** @type {HTMLFormElement} */ (at('password-form')).reset();
  await load();
  return revokeTokens ? text('account.changedToo') : text('account.changed');
}

function browserItem({ id, browser, began, used, current }) {
  const name = browser || text('account.someBrowser');
  const end = () => endBrowser(id, text('account.ended', { browser: name }));
  return element(
    'li',
    { 'data-browser': id },
    element(
      'p',
      { class: 'what' },
      name,
      current ? element('span', { class: 'level ok' }, text('account.current')) : null,
    ),
    element('p', { class: 'more' }, ...textWith('account.since', { began: moment(began), used: ageOf(used) })),
    current
      ? null
      : element(
          'p',
          { class: 'actions' },
          button(`end ${id}`, text('account.endNamed', { browser: name }), text('account.end'), end),
        ),
  );
}

function showBrowsers(browsers) {
  const others = browsers.filter((one) => !one.current);
  refill(at('browser-list'), [element('ol', {}, ...browsers.map(browserItem))]);
  if (others.length < 2 && document.activeElement === at('sign-out-others')) at('browser-list').focus();
  at('sign-out-others').hidden = others.length < 2;
}

const endBrowser = (id, done) =>
  change('browser-message', async () => {
    await send('DELETE', `browsers?${new URLSearchParams({ id })}`);
    await load();
    return done;
  });

async function load() {
  try {
    const [browsers, tokens, boards] = await Promise.all([ask('browsers'), ask('tokens'), ask('devices')]);
    knowBoards(boards);
    showBrowsers(browsers);
    showTokens(tokens);
    tokensToo(tokens);
    offerBoards(boards);
    showRemoval(boards, tokens);
    at('problem').replaceChildren();
  } catch {
    at('problem').replaceChildren(element('p', { class: 'banner problem' }, text('account.noAnswer')));
  }
}

async function start() {
  try {
    me = await ask('me');
  } catch {
    me = { user: '', csrf: '' };
  }
  at('name').textContent = text('account.of', { user: me.user });
  /** @type {HTMLInputElement} */ (at('username')).value = me.user;
  onSubmit('password-form', () => isTyped() && change('password-message', changePassword));
  at('sign-out-others').addEventListener('click', () => endBrowser('others', text('account.othersEnded')));
  at('sign-out').addEventListener('click', () => signOut(me.csrf));
  startSettings(send);
  if (me.temperatureUnit) showSettings(me);
  startTokens(send, load);
  startDownload();
  startRemoval(send, me.user);
  await load();
}

start();
