// Temperatures in the unit that the reader has chosen. The server knows °C alone: its answers become the reader's when they come,
// and what the reader types becomes the server's when it is sent.

const FAHRENHEIT = document.documentElement.dataset.temperature === 'F';
const SENSORS = ['air_temp', 'soil_temp', 'temperature'];

const VALUES = ['value', 'values', 'min', 'max', 'lowest', 'highest', 'mean'];
const LIMITS = ['crit_below', 'warn_below', 'warn_above', 'crit_above', 'critBelow', 'threshold'];

export const unitOfTemperature = (sensor) => (SENSORS.includes(sensor) ? (FAHRENHEIT ? '°F' : '°C') : undefined);

/** Computing leaves digits that are nobody's. */
const clean = (number) => Number(number.toPrecision(12));

/** Does it with a number, a text that is one, or each of a list; leaves all else. */
function withNumbers(what, work) {
  if (Array.isArray(what)) return what.map((one) => withNumbers(one, work));
  if (typeof what === 'number') return work(what);
  return typeof what === 'string' && what.trim() !== '' && !Number.isNaN(Number(what))
    ? String(work(Number(what)))
    : what;
}

function converted(what, sensor, degrees, difference) {
  if (Array.isArray(what)) return what.map((one) => converted(one, sensor, degrees, difference));
  if (what === null || typeof what !== 'object') return what;
  const of = what.sensor ?? sensor;
  const isTemperature = SENSORS.includes(of);
  const member = ([name, one]) => {
    if (isTemperature && (VALUES.includes(name) || LIMITS.includes(name))) return [name, withNumbers(one, degrees)];
    if (isTemperature && name === 'hysteresis') return [name, withNumbers(one, difference)];
    return [name, converted(one, of, degrees, difference)];
  };
  return Object.fromEntries(Object.entries(what).map(member));
}

/**
 * What the server says, for the reader.
 *
 * @param [sensor] of which it is, where it does not say so itself
 */
export const fromServer = (answer, sensor) =>
  FAHRENHEIT
    ? converted(
        answer,
        sensor,
        (celsius) => clean(celsius * 1.8 + 32),
        (kelvin) => clean(kelvin * 1.8),
      )
    : answer;

/** What the reader says, for the server. */
export const toServer = (body) =>
  FAHRENHEIT
    ? converted(
        body,
        undefined,
        (fahrenheit) => (fahrenheit - 32) / 1.8,
        (degrees) => degrees / 1.8,
      )
    : body;
