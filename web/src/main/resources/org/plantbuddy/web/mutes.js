// What the user does not want to be told of for a while: the list of it, and a form.

import { bySensor, element, moment, sensorName } from './words.js';

const ALL = '*';
const STATUS = 'status';

const at = (id) => document.getElementById(id);
const input = (name) => at('mute-form').elements.namedItem(name);
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

async function change(method, path, body, done) {
  const message = at('mute-message');
  try {
    await send(method, path, body);
    await changed();
    message.className = 'message';
    message.textContent = done;
  } catch (problem) {
    message.className = 'message wrong';
    message.textContent = problem.message;
  }
}

function options(select, names, label) {
  const before = select.value;
  select.replaceChildren(...names.map((name) => element('option', { value: name }, label(name))));
  if (names.includes(before)) select.value = before;
}

function item(mute) {
  const name = `${what(mute.sensor)} of board ${mute.device}`;
  const end = element('button', { type: 'button', 'data-key': `unmute ${mute.device} ${mute.sensor}`, 'aria-label': `Unmute ${name}` }, 'Unmute');
  end.addEventListener('click', () => change('DELETE', `mutes?${new URLSearchParams({ device: mute.device, sensor: mute.sensor })}`, undefined, `Unmuted: ${name}.`));
  return element('li', { 'data-mute': `${mute.device} ${mute.sensor}` },
    element('p', { class: 'what' }, name),
    element('p', { class: 'more' }, 'Muted ', ...untilWhen(mute)),
    element('p', { class: 'actions' }, end));
}

/** The list of what is muted. */
export function muteList(mutes) {
  return [mutes.length
    ? element('ol', {}, ...mutes.map(item))
    : element('p', { class: 'none' }, 'Nothing is muted: you are told of every alert.')];
}

/** Offers the boards, and what each can be muted for. */
export function offerMutes(devices, known) {
  options(input('device'), devices, (name) => `Board ${name}`);
  const offer = () => {
    const sensors = known.filter((one) => one.device === input('device').value).map((one) => one.sensor).sort(bySensor);
    options(input('sensor'), [ALL, ...sensors, STATUS], what);
  };
  input('device').onchange = offer;
  offer();
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
  at('mute-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const mute = { device: input('device').value, sensor: input('sensor').value, for: input('for').value };
    change('PUT', 'mutes', mute, `Muted: ${what(mute.sensor)} of board ${mute.device}. Alerts show here all the same.`);
  });
}
