// What the user does not want to be told of for a while: the list of it, and a form.

import { ALL, STATUS, button, change, fieldOf, offer, onSubmit } from './form.js';
import { bySensor, element, moment, sensorName } from './words.js';

const input = fieldOf('mute-form');
const what = (sensor) => (sensor === ALL ? 'All alerts' : sensorName(sensor));

let send;
let changed;

/** The mute that an alert of a board's sensor comes under, if there is one. */
export function muteOf(mutes, device, sensor) {
  return mutes.find((mute) => mute.device === device && (mute.sensor === ALL || mute.sensor === sensor));
}

/** Until when, in words. */
export function untilWhen(mute) {
  return mute.until ? ['until ', moment(mute.until)] : ['until you unmute it'];
}

async function ask(method, path, body, done) {
  await send(method, path, body);
  await changed();
  return done;
}

function item(mute) {
  const name = `${what(mute.sensor)} of board ${mute.device}`;
  const key = { device: mute.device, sensor: mute.sensor };
  const end = button(`unmute ${mute.device} ${mute.sensor}`, `Unmute ${name}`, 'Unmute', () =>
    change('mute-message', () => ask('DELETE', `mutes?${new URLSearchParams(key)}`, undefined, `Unmuted: ${name}.`)),
  );
  return element(
    'li',
    { 'data-mute': `${mute.device} ${mute.sensor}` },
    element('p', { class: 'what' }, name),
    element('p', { class: 'more' }, 'Muted ', ...untilWhen(mute)),
    element('p', { class: 'actions' }, end),
  );
}

/** The list of what is muted. */
export function muteList(mutes) {
  return [
    mutes.length
      ? element('ol', {}, ...mutes.map(item))
      : element('p', { class: 'none' }, 'Nothing is muted: you are told of every alert.'),
  ];
}

/** Offers the boards, and what each can be muted for. */
export function offerMutes(devices, known) {
  offer(input('device'), devices, (name) => `Board ${name}`);
  const offerSensors = () => {
    const sensors = known
      .filter((one) => one.device === input('device').value)
      .map((one) => one.sensor)
      .sort(bySensor);
    offer(input('sensor'), [ALL, ...sensors, STATUS], what);
  };
  input('device').onchange = offerSensors;
  offerSensors();
}

/**
 * Makes the form work.
 *
 * @param request sends a change to the server; rejects with what is wrong in words
 * @param reload asks for the list again
 */
export function startMutes(request, reload) {
  send = request;
  changed = reload;
  onSubmit('mute-form', () => {
    const mute = { device: input('device').value, sensor: input('sensor').value, for: input('for').value };
    const done = `Muted: ${what(mute.sensor)} of board ${mute.device}. Alerts show here all the same.`;
    change('mute-message', () => ask('PUT', 'mutes', mute, done));
  });
}
