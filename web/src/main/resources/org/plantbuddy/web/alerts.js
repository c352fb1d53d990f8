// How an alert is told, and a list of those that were.

import { hasText, text } from './text.js';
import { boardName, element, inSentence, levelBadge, moment, sensorName, toldLevel, withUnit } from './words.js';

/** The limit that it names; NaN where it names none, or several. */
export const limitOf = (alert) => (alert.threshold === '' ? NaN : Number(alert.threshold));

/** What is wrong, in words. */
export function trouble(alert) {
  if (alert.sensor === 'status') return text('trouble.silent');
  const limit = limitOf(alert);
  const sensor = inSentence(alert.sensor);
  if (alert.value === null || Number.isNaN(limit)) return text('trouble.look', { sensor });
  if (alert.value <= limit)
    return hasText(`low.${alert.sensor}`) ? text(`low.${alert.sensor}`) : text('trouble.low', { sensor });
  return hasText(`high.${alert.sensor}`) ? text(`high.${alert.sensor}`) : text('trouble.high', { sensor });
}

/** What a change of level was, in words. */
export function toldOf(alert) {
  const name = boardName(alert.device);
  const sensor = inSentence(alert.sensor);
  if (alert.level !== 'ok') return text('alert.trouble', { name, trouble: trouble(alert) });
  if (alert.sensor === 'status') return text('alert.sendsAgain', { name });
  return text(alert.threshold === '' ? 'alert.unwatched' : 'alert.wellAgain', { name, sensor });
}

/** Its numbers. */
export function detailOf(alert) {
  if (alert.sensor === 'status') return '';
  const limit = limitOf(alert);
  const limits = Number.isNaN(limit)
    ? alert.threshold && ` · ${alert.threshold}`
    : ` · ${text('alert.limit', { limit: withUnit(alert.sensor, limit) })}`;
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
