// Readings as a file. The browser writes it as it comes, so it may be larger than memory.

import { ALL, at, fieldOf, offer, onSubmit, sayAt } from './form.js';
import { ask } from './server.js';
import { text } from './text.js';
import { boardName } from './words.js';

const DAY = 86_400_000;

const input = fieldOf('export-form');

export function offerBoards(boards) {
  const names = boards.map((one) => one.device);
  offer(input('device'), [ALL, ...names], (name) => (name === ALL ? text('download.all') : boardName(name)));
}

/** The start of a day where the reader is, so many days later; a day may have 23 or 25 hours. */
export function startOf(day, later) {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/**
 * Where a file of this is.
 *
 * @param wanted with texts, as the form has them
 */
export function addressOf({ of, device, from, to, format }) {
  const asked = new URLSearchParams({ format, of });
  if (device !== ALL) asked.set('device', device);
  if (from) asked.set('from', startOf(from, 0));
  if (to) asked.set('to', startOf(to, 1));
  return `/api/v1/export?${asked}`;
}

function isTyped({ from, to }) {
  const backwards = from && to && from > to;
  const ahead = from && Date.parse(from) > Date.now() + DAY;
  const wrong = backwards ? text('download.backwards') : ahead ? text('download.ahead') : undefined;
  sayAt(input('from'), wrong);
  if (wrong) input('from').focus();
  return !wrong;
}

/** Leads the browser to a file, which leaves the page where it is. */
function download(address) {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

function say(words, look = '') {
  at('export-message').className = `message ${look}`;
  at('export-message').textContent = words;
}

async function start(address) {
  try {
    await ask('me'); // who is signed in no more is led to the form, rather than to a file that says so
    download(address);
    say(text('download.begins'));
  } catch {
    say(text('server.unreachable'), 'wrong');
  }
}

/** Makes the form and the link work. */
export function startDownload() {
  onSubmit('export-form', () => {
    const typed = (name) => input(name).value;
    const wanted = {
      of: typed('of'),
      device: typed('device'),
      from: typed('from'),
      to: typed('to'),
      format: typed('format'),
    };
    if (isTyped(wanted)) start(addressOf(wanted));
  });
  at('archive').addEventListener('click', (event) => {
    event.preventDefault();
    start(at('archive').getAttribute('href'));
  });
}
