// What things are called, and how numbers and times are written in the reader's language and time zone.

const USUAL = ['soil_moisture', 'light', 'humidity', 'air_temp', 'soil_temp'];
const NAMES = { soil_temp: 'soil temperature', air_temp: 'air temperature' };

export const LEVELS = {
  crit: { sign: '▲', word: 'Critical' },
  warn: { sign: '◆', word: 'Warning' },
  info: { sign: '●', word: 'Notice' },
  ok: { sign: '✓', word: 'Recovered' },
  unknown: { sign: '?', word: 'Unknown' },
};

export function levelOf(text) {
  return LEVELS[text] ? text : 'unknown';
}

export function sensorName(sensor) {
  const name = sensor === 'status' ? 'connection' : NAMES[sensor] ?? sensor.replaceAll('_', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The usual sensors first, in the order a plant's owner asks for them; others by name. */
export function bySensor(a, b) {
  const rank = (sensor) => (USUAL.includes(sensor) ? USUAL.indexOf(sensor) : USUAL.length);
  return rank(a) - rank(b) || a.localeCompare(b);
}

const number = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export function value(reading) {
  if (reading === null || reading === undefined) return '–';
  return Math.abs(reading) >= 1000 ? whole.format(reading) : number.format(Math.round(reading * 10) / 10);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
const hour = new Intl.DateTimeFormat(undefined, { hour: 'numeric' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const timeWithSeconds = (ms) => clockSeconds.format(ms);
export const fullTime = (ms) => full.format(ms);

/** Midnight names the day, every other hour the time. */
export function axisTime(ms) {
  const at = new Date(ms);
  return at.getHours() === 0 && at.getMinutes() === 0 ? weekday.format(at) : hours(at);
}

/** 8 AM where people say so, else 08:00: a bare 08 would not be read as a time. */
function hours(at) {
  return hour.resolvedOptions().hour12 ? hour.format(at) : clock.format(at);
}

/** The time alone for today, else with its day. */
export function shortTime(ms) {
  const sameDay = new Date(ms).toDateString() === new Date().toDateString();
  return sameDay ? clock.format(ms) : `${day.format(ms)}, ${clock.format(ms)}`;
}

export function age(ms) {
  const seconds = Math.max(0, Math.round((Date.now() - ms) / 1000));
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}

/**
 * Makes an element. Texts become text, never markup, wherever they came from.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, text] of Object.entries(attributes)) made.setAttribute(key, text);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function moment(ms, text = shortTime(ms)) {
  return element('time', { datetime: new Date(ms).toISOString(), title: fullTime(ms) }, text);
}

/** A text that grows older by itself: see `growOlder`. */
export function ageOf(ms) {
  return element('span', { 'data-since': String(ms), title: fullTime(ms) }, age(ms));
}

export function growOlder() {
  for (const span of document.querySelectorAll('[data-since]')) span.textContent = age(Number(span.dataset.since));
}

export function levelBadge(text) {
  const level = levelOf(text);
  const { sign, word } = LEVELS[level];
  return element('span', { class: `level ${level}` }, element('span', { 'aria-hidden': 'true' }, sign), word);
}
