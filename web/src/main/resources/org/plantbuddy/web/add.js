// Adding a plant: its name, how its board connects, and what comes of that. The password is nowhere but in this window.

import { copyButton } from './copy.js';
import { fillDialog, openForm, textField } from './dialog.js';
import { text } from './text.js';
import { boardName, element, sensorName, withUnit } from './words.js';

const LONGEST = 32;
const RESERVED = ['alerts', 'rejected', 'homeassistant'];
const LETTERS = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', ı: 'i' };
const SVG = 'http://www.w3.org/2000/svg';

/** A name in the letters of addresses, that no other board has. */
export function addressFor(name, taken) {
  const letters = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłı]/g, (letter) => LETTERS[letter])
    .replace(/[^a-z0-9_]+/g, '-');
  const cut = (text, length) => text.slice(0, length).replace(/[_-]+$/, '');
  const near = cut(letters.replace(/^[_-]+/, ''), LONGEST) || 'plant';
  const isFree = (address) => !taken.includes(address) && !RESERVED.includes(address);
  let address = near;
  for (let n = 2; !isFree(address); n++) address = `${cut(near, LONGEST - 1 - `${n}`.length)}-${n}`;
  return address;
}

/** What has come of a board since its window was opened, the best news first. */
export function progressOf({ device, before, refusedBefore }, overview, refused, denied) {
  const readings = (overview?.newest ?? []).filter((one) => one.device === device && one.time > before);
  if (readings.length) {
    const newest = readings.reduce((a, b) => (b.time > a.time ? b : a));
    return { look: 'ok', text: `✓ ${sensorName(newest.sensor)} ${withUnit(newest.sensor, newest.value)}` };
  }
  const fault = (refused ?? []).find((one) => one.topic.split('/')[2] === device && one.time > refusedBefore);
  if (fault) return { look: 'wrong', text: text('add.refused', { reason: fault.reason }) };
  if (denied?.length) return { look: 'wrong', text: text('add.refused', { reason: denied[0].reason }) };
  return { look: '', text: text('add.waiting') };
}

function credentials({ username, password, host, port, tls, topic }) {
  const portName = text('add.port');
  const rows = [
    [text('add.user'), username],
    [text('add.password'), password],
    [text('add.host'), host],
    [portName, tls ? `${port}, TLS` : `${port}`],
    [text('add.topic'), `${topic}/<sensor>`],
  ];
  return element(
    'dl',
    { class: 'credentials' },
    ...rows.flatMap(([name, told]) => {
      const code = element('code', {}, told);
      const copied = name === portName ? `${port}` : told;
      return [element('dt', {}, name), element('dd', {}, code, copyButton(name, copied, code))];
    }),
  );
}

/** Rows of dark (1) and light (0) squares, with the margin that readers need. */
function picture(rows) {
  const size = rows.length + 8;
  const svg = document.createElementNS(SVG, 'svg');
  const part = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    svg.append(made);
  };
  for (const [key, value] of Object.entries({
    class: 'qr',
    viewBox: `0 0 ${size} ${size}`,
    role: 'img',
    'aria-label': text('add.qr'),
    'shape-rendering': 'crispEdges',
  }))
    svg.setAttribute(key, value);
  const dark = rows.flatMap((row, y) => [...row].map((cell, x) => (cell === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : '')));
  part('rect', { width: `${size}`, height: `${size}`, fill: '#fff' });
  part('path', { d: dark.join(''), fill: '#000' });
  return svg;
}

/** One of several texts at a time; arrow keys choose, as in any list of tabs. */
function tabs(files) {
  const pre = element('pre', { tabindex: '0', 'aria-label': text('add.program') });
  const panel = element('div', { id: 'file', role: 'tabpanel' });
  const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': text('add.kind') });
  const buttons = files.map(({ title }, i) =>
    element('button', { type: 'button', role: 'tab', id: `tab-${i}`, 'aria-controls': 'file' }, title),
  );
  const choose = (chosen) => {
    buttons.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === chosen));
      tab.tabIndex = i === chosen ? 0 : -1;
    });
    const { title, name, text: program } = files[chosen];
    pre.textContent = program;
    panel.setAttribute('aria-labelledby', `tab-${chosen}`);
    panel.replaceChildren(
      element(
        'p',
        { class: 'file' },
        name || text('add.terminal'),
        copyButton(text('add.textFor', { title }), program, pre),
      ),
      pre,
    );
  };
  buttons.forEach((tab, i) => {
    tab.addEventListener('click', () => choose(i));
    tab.addEventListener('keydown', ({ key }) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
      if (!step) return;
      const next = (i + step + files.length) % files.length;
      choose(next);
      buttons[next].focus();
    });
  });
  list.append(...buttons);
  choose(0);
  return [list, panel];
}

/** The board whose window is open, and since when. */
let shown;

/** Whether somebody waits for a board's first reading. */
export const isAwaited = () => Boolean(shown);

/** Says in the open window what has come of the board. */
export function showProgress(overview, refused, boards) {
  if (!shown) return;
  const denied = boards?.find((one) => one.device === shown.device)?.denied;
  const { look, text: told } = progressOf(shown, overview, refused, denied);
  if (shown.line.textContent === told) return;
  shown.line.className = `message ${look}`;
  shown.line.textContent = told;
}

/** Shows, this once, how a board connects. */
export function showAdded(dialog, added, { overview, refused }) {
  const line = element('p', { class: 'message', role: 'status' });
  const done = element('button', { type: 'button', class: 'primary' }, text('add.done'));
  done.addEventListener('click', () => dialog.close());
  shown = {
    device: added.device,
    before: Math.max(
      0,
      ...(overview?.newest ?? []).filter((one) => one.device === added.device).map((one) => one.time),
    ),
    refusedBefore: Math.max(0, ...(refused ?? []).map((one) => one.time)),
    line,
  };
  dialog.addEventListener('close', () => {
    shown = undefined;
  });
  fillDialog(
    dialog,
    text('add.added', { name: boardName(added.device) }),
    element('p', {}, text('add.once')),
    element('div', { class: 'connect' }, credentials(added), picture(added.qr)),
    ...tabs(added.files),
    line,
    done,
  );
  showProgress(overview, refused, []);
}

/**
 * Asks for the name of a plant, and adds its board.
 *
 * @param taken addresses of boards that are there
 * @param add adds it; resolves once the lists know it; rejects with what is wrong in words
 * @param known what is known when it is added
 */
export function openAdd(taken, add, known) {
  const name = textField('name', text('add.name'), '', { maxlength: '120' });
  const place = textField('place', text('add.place'), '', { maxlength: '120' });
  const address = textField('device', text('add.address'), addressFor('', taken), {
    maxlength: '64',
    autocapitalize: 'none',
    spellcheck: 'false',
  });
  const typed = /** @type {HTMLInputElement} */ (name.querySelector('input'));
  const proposed = /** @type {HTMLInputElement} */ (address.querySelector('input'));
  let own = false;
  proposed.addEventListener('input', () => {
    own = true;
  });
  typed.addEventListener('input', () => {
    if (!own) proposed.value = addressFor(typed.value, taken);
  });
  const hint = element('p', { class: 'muted' }, text('add.addressStays'));
  openForm(text('add.title'), [name, place, address, hint], text('add.add'), async (form, dialog) => {
    const added = await add({ device: form.get('device').trim(), name: form.get('name'), place: form.get('place') });
    showAdded(dialog, added, known());
    return true;
  });
}
