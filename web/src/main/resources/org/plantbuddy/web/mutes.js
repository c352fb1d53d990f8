// What the user does not want to be told of for a while: the list of it, a form, and the question how long.

import { openDialog } from './dialog.js';
import { ALL, STATUS, at, button, change, fieldOf, offer, onSubmit } from './form.js';
import { text, textWith } from './text.js';
import { boardName, bySensor, element, moment, sensorName } from './words.js';

const input = fieldOf('mute-form');
const whatOf = ({ device, sensor }) => text('mutes.what', { what: what(sensor), name: boardName(device) });
const what = (sensor) => (sensor === ALL ? text('mutes.all') : sensorName(sensor));

let send;
let changed;

/** The mute that an alert of a board's sensor comes under, if there is one. */
export function muteOf(mutes, device, sensor) {
  return mutes.find((mute) => mute.device === device && (mute.sensor === ALL || mute.sensor === sensor));
}

/** That something is snoozed, and until when. */
export const snoozedUntil = (mute) =>
  mute.until ? textWith('mutes.until', { time: moment(mute.until) }) : [text('mutes.forever')];

async function ask(method, path, body, done = '') {
  await send(method, path, body);
  await changed();
  return done;
}

function item(mute) {
  const name = whatOf(mute);
  const end = button(
    `unmute ${mute.device} ${mute.sensor}`,
    text('mutes.turnOnWhat', { what: name }),
    text('mutes.turnOn'),
    () => wake(mute),
  );
  return element(
    'li',
    { 'data-mute': `${mute.device} ${mute.sensor}` },
    element('p', { class: 'what' }, name),
    element('p', { class: 'more' }, ...snoozedUntil(mute)),
    element('p', { class: 'actions' }, end),
  );
}

/** Ends one. */
export function wake(mute) {
  const key = { device: mute.device, sensor: mute.sensor };
  const done = text('mutes.onAgain', { what: whatOf(mute) });
  return change('mute-message', () => ask('DELETE', `mutes?${new URLSearchParams(key)}`, undefined, done));
}

/** Asks for how long a plant's alerts are to be left out: of the one sensor that has any, or else all. */
export function snooze(device, sensors) {
  const sensor = sensors.length === 1 ? sensors[0] : ALL;
  const message = element('p', { class: 'message', role: 'status' });
  /** @type {NodeListOf<HTMLOptionElement>} */
  const lengths = at('mute-form').querySelectorAll('[name=for] option');
  const choices = [...lengths].map((option) => {
    const choice = element('button', { type: 'button' }, option.textContent);
    choice.addEventListener('click', async () => {
      try {
        await ask('PUT', 'mutes', { device, sensor, for: option.value });
        dialog.close();
      } catch (problem) {
        message.className = 'message wrong';
        message.textContent = problem.message;
      }
    });
    return choice;
  });
  const dialog = openDialog(
    text('mutes.snoozeBoard', { name: boardName(device) }),
    element('p', {}, text('mutes.howLong', { what: what(sensor) })),
    element('p', { class: 'choices' }, ...choices),
    message,
  );
  choices[0].focus();
}

/** The list of what is muted. */
export function muteList(mutes) {
  return [mutes.length ? element('ol', {}, ...mutes.map(item)) : element('p', { class: 'none' }, text('mutes.none'))];
}

/** Offers the boards, and what each can be muted for. */
export function offerMutes(devices, known) {
  offer(input('device'), devices, boardName);
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
    const done = text('mutes.done', { what: whatOf(mute) });
    change('mute-message', () => ask('PUT', 'mutes', mute, done));
  });
}
