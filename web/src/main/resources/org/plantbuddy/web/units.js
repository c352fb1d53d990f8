// How many digits a sensor's numbers are shown with.

import { locale } from './text.js';
import { unitOf, value } from './words.js';

const MOST_DIGITS = 6;

/**
 * A number with its unit, and with as many digits as the sensor's readings have, or one more where it is a mean. More than six
 * after the point are no sensor's, but come from how a board computes: then there are six in all.
 *
 * @param decimals digits after the point that readings have
 */
export function measured(number, sensor, decimals, mean = false) {
  if (number === null || number === undefined) return '–';
  const unit = unitOf(sensor);
  const digits =
    decimals <= MOST_DIGITS
      ? { minimumFractionDigits: decimals, maximumFractionDigits: decimals + (mean ? 1 : 0) }
      : { maximumSignificantDigits: MOST_DIGITS };
  const told = Math.abs(number) < 1e15 ? new Intl.NumberFormat(locale, digits).format(number) : value(number);
  return unit ? `${told} ${unit}` : told;
}
