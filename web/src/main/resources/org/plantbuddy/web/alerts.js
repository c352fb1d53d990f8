// How an alert is told, and a list of those that were.

import { boardName, element, levelBadge, moment, sensorName, toldLevel, withUnit } from './words.js';

const LOW = {
  soil_moisture: 'needs water',
  humidity: 'air too dry',
  air_temp: 'too cold',
  soil_temp: 'soil too cold',
  light: 'too dark',
  battery: 'battery low',
};
const HIGH = {
  soil_moisture: 'too wet',
  humidity: 'air too humid',
  air_temp: 'too warm',
  soil_temp: 'soil too warm',
  light: 'too bright',
};

export const inSentence = (sensor) => sensorName(sensor).toLowerCase();
/** The limit that it names; NaN where it names none, or several. */
export const limitOf = (alert) => (alert.threshold === '' ? NaN : Number(alert.threshold));

/** What is wrong, in words. */
export function trouble(alert) {
  if (alert.sensor === 'status') return 'no reading';
  const limit = limitOf(alert);
  if (alert.value === null || Number.isNaN(limit)) return `${inSentence(alert.sensor)} needs a look`;
  return alert.value <= limit
    ? (LOW[alert.sensor] ?? `${inSentence(alert.sensor)} too low`)
    : (HIGH[alert.sensor] ?? `${inSentence(alert.sensor)} too high`);
}

/** What a change of level was, in words. */
export function toldOf(alert) {
  const name = boardName(alert.device);
  if (alert.sensor === 'status') return alert.level === 'ok' ? `${name} sends again` : `${name}: no reading`;
  if (alert.level !== 'ok') return `${name}: ${trouble(alert)}`;
  if (alert.threshold === '') return `${name}: ${inSentence(alert.sensor)} is not watched as before`;
  return `${name}: ${inSentence(alert.sensor)} is well again`;
}

/** Its numbers. */
export function detailOf(alert) {
  if (alert.sensor === 'status') return '';
  const limit = limitOf(alert);
  const limits = Number.isNaN(limit)
    ? alert.threshold && ` · ${alert.threshold}`
    : ` · limit ${withUnit(alert.sensor, limit)}`;
  return ` · ${sensorName(alert.sensor)} ${withUnit(alert.sensor, alert.value)}${limits}`;
}

/** Changes of level as a list, in the order given. */
export const alertList = (alerts) =>
  element(
    'ol',
    {},
    ...alerts.map((alert) =>
      element(
        'li',
        {},
        levelBadge(toldLevel(alert)),
        element('p', { class: 'what' }, toldOf(alert)),
        element('p', { class: 'more' }, moment(alert.time), detailOf(alert)),
      ),
    ),
  );
