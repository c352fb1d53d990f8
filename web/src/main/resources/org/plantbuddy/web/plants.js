// The first screen: a row for each plant, the worst first, in words. None is fine where nobody knows.

import { limitOf, trouble } from './alerts.js';
import { button } from './form.js';
import { muteOf, snooze, snoozedUntil, wake } from './mutes.js';
import { waterButton } from './notes.js';
import { text, textWith } from './text.js';
import {
  LEVELS,
  boardName,
  bySensor,
  element,
  inSentence,
  lasted,
  lengthSince,
  levelOf,
  moment,
  refill,
  sensorName,
  shortTime,
  withUnit,
} from './words.js';

/** So many rows are there at once; a button shows the others. */
const SHOWN = 5;

const RANK = ['crit', 'warn', 'info', 'unknown', 'ok'];
const LOOKS = { ...LEVELS, ok: { sign: '✓', word: text('plants.fine') } };

/** A moment in what a row says: when something began, or how long it has lasted by now. */
const since = (at) => textWith('plants.since', { time: { at } });
const silence = (from, sensor = text('plants.reading')) =>
  from ? textWith('plants.noneFor', { sensor, length: { lasting: from } }) : [text('plants.none', { sensor })];

function alertParts(alerts, board, newest) {
  const [worst] = alerts;
  const value = newest.find((one) => one.sensor === worst.sensor);
  if (value?.checking) return [[text('plants.checking')], textWith('plants.alertSince', { time: { at: worst.time } })];
  const words = [...new Set(alerts.filter((one) => one.sensor !== 'status').map(trouble))].join(', ');
  const silent = alerts.find((one) => one.sensor === 'status');
  const limit = limitOf(worst);
  return [
    words ? [words] : [],
    silent ? silence(board.lastReading ?? (silent.value && silent.time - silent.value * 1000)) : [],
    worst.sensor !== 'status' && !Number.isNaN(limit)
      ? [text('alert.limit', { limit: withUnit(worst.sensor, limit) })]
      : [],
    worst.sensor === 'status' ? [] : since(worst.time),
  ].filter((part) => part.length);
}

/** Why a board of which nothing is wrong is not fine. */
const NOT_FINE = {
  silent: (board, newest) =>
    board.quiet.length
      ? board.quiet.map((sensor) => silence(newest.find((one) => one.sensor === sensor)?.time, inSentence(sensor)))
      : [silence(board.lastReading)],
  waiting: () => [[text('plants.waiting')]],
  checking: (_, newest) =>
    newest
      .filter((one) => one.checking)
      .map((one) => [
        one.sensor === newest[0].sensor
          ? text('plants.checking')
          : text('plants.checkingSensor', { sensor: inSentence(one.sensor), value: withUnit(one.sensor, one.value) }),
      ]),
};

/**
 * The rows, the worst first.
 *
 * @param overview the server's answer
 * @param holds whether it can be taken for what is now
 */
export function rowsOf(overview, holds) {
  const rows = overview.boards.map((board) => {
    const newest = overview.newest
      .filter((one) => one.device === board.device)
      .sort((a, b) => bySensor(a.sensor, b.sensor));
    const alerts = overview.inForce
      .filter((one) => one.device === board.device)
      .sort((a, b) => RANK.indexOf(levelOf(a.level)) - RANK.indexOf(levelOf(b.level)) || bySensor(a.sensor, b.sensor));
    const told = alerts.length > 0;
    const fine = board.state === 'fine' && holds;
    const shown = (told && newest.find((one) => one.sensor === alerts[0].sensor)) || newest[0];
    const heard = shown && (shown.fresh || told);
    return {
      device: board.device,
      place: board.place,
      level: told ? levelOf(alerts[0].level) : fine ? 'ok' : 'unknown',
      value: heard ? `${named(shown.sensor)}${withUnit(shown.sensor, shown.value)}` : '',
      parts: told
        ? alertParts(alerts, board, newest)
        : fine
          ? []
          : (NOT_FINE[board.state]?.(board, newest) ?? [[text('plants.cannotTell')]]),
      waiting: board.state === 'waiting',
      trouble: [...new Set(alerts.map(trouble))].join(', '),
      alerts: [...new Set(alerts.map((one) => one.sensor))],
    };
  });
  return rows.sort(
    (a, b) => RANK.indexOf(a.level) - RANK.indexOf(b.level) || boardName(a.device).localeCompare(boardName(b.device)),
  );
}

/** A per cent alone is soil moisture. */
const named = (sensor) => (sensor === 'soil_moisture' ? '' : `${sensorName(sensor)} `);

/** What a row says, as one text that does not change with time alone. */
export function saying(row) {
  return [row.value, ...row.parts.map((part) => part.map(asText).join(''))].filter(Boolean).join(' · ');
}

function asText(part) {
  if (typeof part === 'string') return part;
  return part.lasting ? lasted(part.lasting) : shortTime(part.at);
}

function asNode(part) {
  if (typeof part === 'string') return part;
  return part.lasting ? lengthSince(part.lasting) : moment(part.at);
}

/** Without what changes with time or the next reading: what a screen reader says once. */
export const spokenOf = (row) => `${LOOKS[row.level].word}: ${boardName(row.device)} ${row.trouble}`;

const actions = (row, mutes) => [waterButton(row.device), ...snoozing(row, mutes)];

function snoozing(row, mutes) {
  if (row.alerts.length === 0) return [];
  const name = boardName(row.device);
  const muted = row.alerts.map((sensor) => muteOf(mutes, row.device, sensor));
  if (muted.every(Boolean))
    return [
      element('span', { class: 'muted' }, ...snoozedUntil(muted[0])),
      button(`wake ${row.device}`, text('plants.wake', { name }), text('mutes.turnOn'), async () => {
        for (const mute of new Set(muted)) await wake(mute);
      }),
    ];
  return [
    button(`snooze ${row.device}`, text('mutes.snoozeBoard', { name }), text('mutes.snooze'), () =>
      snooze(row.device, row.alerts),
    ),
  ];
}

function item(row, mutes, refusal) {
  const { sign, word } = LOOKS[row.level];
  const separated = row.parts.flatMap((part, i) => [i ? ' · ' : '', ...part.map(asNode)]);
  return element(
    'li',
    { class: `plant ${row.level}`, 'data-device': row.device },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    element('span', { class: 'hidden' }, `${word}: `),
    element(
      'p',
      { class: 'name' },
      element('a', { href: `/plants/${row.device}` }, boardName(row.device)),
      row.place ? element('small', {}, row.place) : null,
    ),
    element('p', { class: 'reading' }, row.value),
    element(
      'p',
      { class: 'say' },
      ...separated,
      refusal
        ? element(
            'span',
            {},
            ...textWith('plants.refused', { reason: element('a', { href: '#refused-title' }, refusal) }),
          )
        : null,
    ),
    element('p', { class: 'actions' }, ...actions(row, mutes)),
  );
}

let unfolded = false;

/**
 * Puts the rows in their place.
 *
 * @param mutes what is snoozed
 * @param refusalOf why the newest reading of a board that waits for its first was refused, if one was
 */
export function showPlants(place, rows, mutes, refusalOf) {
  const shown = unfolded ? rows : rows.slice(0, SHOWN);
  const hidden = rows.length - SHOWN;
  const list = element(
    'ol',
    {},
    ...shown.map((row) => item(row, mutes, row.waiting ? refusalOf(row.device) : undefined)),
  );
  const more = button(
    'more plants',
    unfolded ? text('plants.fewerPlants') : text('plants.morePlants', { count: hidden }),
    unfolded ? text('plants.fewer') : text('plants.more', { count: hidden }),
    () => {
      unfolded = !unfolded;
      showPlants(place, rows, mutes, refusalOf);
    },
  );
  more.setAttribute('aria-expanded', String(unfolded));
  refill(place, hidden > 0 ? [list, more] : [list]);
}
