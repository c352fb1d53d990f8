// What things are called, and how numbers and times are written in the reader's language and time zone.

import { unitOfTemperature } from './temperature.js';
import { hasText, locale, text } from './text.js';

/** What most boards measure. */
export const USUAL = ['soil_moisture', 'light', 'humidity', 'air_temp', 'soil_temp'];

export const LEVELS = {
  crit: { sign: '▲', word: text('level.crit') },
  warn: { sign: '◆', word: text('level.warn') },
  info: { sign: '●', word: text('level.info') },
  ok: { sign: '✓', word: text('level.ok') },
  ended: { sign: '–', word: text('level.ended') },
  unknown: { sign: '?', word: text('level.unknown') },
};

export function levelOf(name) {
  return LEVELS[name] ? name : 'unknown';
}

/** A level ends without a recovery where its limit was taken away or moved: such an alert names none. */
export function toldLevel(alert) {
  return alert.level === 'ok' && alert.threshold === '' ? 'ended' : levelOf(alert.level);
}

/** A sensor's name within a sentence. */
export const inSentence = (sensor) =>
  hasText(`sensor.${sensor}`) ? text(`sensor.${sensor}`) : sensor.replaceAll('_', ' ');

export function sensorName(sensor) {
  const name = inSentence(sensor);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The usual sensors first, in the order a plant's owner asks for them; others by name. */
export function bySensor(a, b) {
  const rank = (sensor) => (USUAL.includes(sensor) ? USUAL.indexOf(sensor) : USUAL.length);
  return rank(a) - rank(b) || a.localeCompare(b);
}

// A number as a board sends it has no more than fifteen digits that are its own.
const number = new Intl.NumberFormat(locale, { maximumSignificantDigits: 15 });
const scientific = new Intl.NumberFormat(locale, { maximumSignificantDigits: 15, notation: 'scientific' });

/** A number with all of its digits. */
export function value(reading) {
  if (reading === null || reading === undefined) return '–';
  const size = Math.abs(reading);
  return (size >= 1e15 || (size > 0 && size < 1e-6) ? scientific : number).format(reading);
}

/** What a sensor's numbers are in. Others stand alone: nobody knows in what their board sends them. */
const UNITS = {
  soil_moisture: '%',
  humidity: '%',
  light: 'lx',
  battery: 'V',
  conductivity: 'µS/cm',
  pressure: 'hPa',
  co2: 'ppm',
};

export const unitOf = (sensor) => unitOfTemperature(sensor) ?? UNITS[sensor] ?? '';

/** A number with all of its digits and its unit, which stay on one line. */
export function withUnit(sensor, reading) {
  const unit = reading === null || reading === undefined ? '' : unitOf(sensor);
  return unit ? `${value(reading)}\u00a0${unit}` : value(reading);
}

const names = new Map();

/** Takes over what owners call their boards. */
export function knowBoards(boards) {
  names.clear();
  for (const { device, name } of boards) if (name) names.set(device, name);
}

export const boardName = (device) => names.get(device) ?? text('board.unnamed', { device });

const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
const hour = new Intl.DateTimeFormat(locale, { hour: 'numeric' });
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

export const fullTime = (ms) => full.format(ms);

/** Midnight names the day, every other hour the time. */
export function axisTime(ms) {
  const at = new Date(ms);
  return at.getHours() === 0 && at.getMinutes() === 0 ? weekday.format(at) : hours(at);
}

const month = new Intl.DateTimeFormat(locale, { month: 'short' });

/** What an axis says of a time, whose marks are so many seconds apart. */
export function axisDate(ms, seconds) {
  if (seconds < 3600)
    return new Date(ms).getHours() + new Date(ms).getMinutes() ? clock.format(ms) : weekday.format(ms);
  if (seconds < 86_400) return axisTime(ms);
  if (seconds < 28 * 86_400) return day.format(ms);
  const at = new Date(ms);
  return at.getMonth() === 0 ? String(at.getFullYear()) : month.format(at);
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

/** The start of a window: where it is a day or more, the day that has its middle. */
export const windowTime = (ms, seconds) =>
  seconds < 86_400 ? shortTime(ms) : day.format(ms + Math.min(seconds, 86_400) * 500);

/** In words, as they stand after “for” and before “ago”. */
function length(seconds) {
  if (seconds < 60) return text('length.s', { count: seconds });
  if (seconds < 3600) return text('length.min', { count: Math.floor(seconds / 60) });
  if (seconds < 48 * 3600) return text('length.h', { count: Math.floor(seconds / 3600) });
  return text('length.days', { count: Math.floor(seconds / 86400) });
}

const secondsSince = (ms) => Math.max(0, Math.round((Date.now() - ms) / 1000));

/** How long something has lasted by now, in words. */
export const lasted = (ms) => length(secondsSince(ms));

export function age(ms) {
  return secondsSince(ms) < 60 ? text('age.now') : text('age.ago', { length: length(secondsSince(ms)) });
}

/**
 * Makes an element. Texts become text, never markup, wherever they came from.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function moment(ms, told = shortTime(ms)) {
  return element('time', { datetime: new Date(ms).toISOString(), title: fullTime(ms) }, told);
}

/** A text that grows older by itself: see `growOlder`. */
export function ageOf(ms) {
  return element('span', { 'data-since': String(ms), title: fullTime(ms) }, age(ms));
}

/** How long something has lasted by now; grows by itself. */
export function lengthSince(ms) {
  return element(
    'span',
    { 'data-since': String(ms), 'data-lasting': '', title: fullTime(ms) },
    length(secondsSince(ms)),
  );
}

export function growOlder() {
  /** @type {NodeListOf<HTMLElement>} */
  const ages = document.querySelectorAll('[data-since]');
  for (const span of ages) {
    const since = Number(span.dataset.since);
    const told = span.dataset.lasting === undefined ? age(since) : length(secondsSince(since));
    if (span.textContent !== told) span.textContent = told;
  }
}

/**
 * Puts new content in a place. What had the focus keeps it: the element that has the same data-key, or the place itself where
 * that is gone.
 */
export function refill(place, children) {
  const active = /** @type {HTMLElement} */ (document.activeElement);
  const focused = place.contains(active) ? active : null;
  place.replaceChildren(...children);
  if (!focused) return;
  /** @type {HTMLElement[]} */
  const keyed = [...place.querySelectorAll('[data-key]')];
  const again = keyed.find((one) => one.dataset.key === focused.dataset.key);
  (again ?? place).focus({ preventScroll: !again });
}

export function levelBadge(name) {
  const level = levelOf(name);
  const { sign, word } = LEVELS[level];
  return element('span', { class: `level ${level}` }, element('span', { 'aria-hidden': 'true' }, sign), word);
}
