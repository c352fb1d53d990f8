// What the page's forms share: their fields, their buttons, numbers that are typed, and how a change ended.

import { locale } from './text.js';
import { element } from './words.js';

/** All boards, or all sensors. */
export const ALL = '*';

/** Stands for a board's connection where a sensor is chosen. */
export const STATUS = 'status';

export const at = (id) => document.getElementById(id);

/**
 * A form's fields by their names.
 *
 * @returns {(name: string) => any}
 */
export const fieldOf = (id) => (name) => /** @type {HTMLFormElement} */ (at(id)).elements.namedItem(name);

/** Offers names to choose from; what was chosen before stays so where it is among them, and the list where it is the same. */
export function offer(select, names, label) {
  const offered = [...select.options].map((one) => [one.value, one.text]);
  if (`${offered}` === `${names.map((name) => [name, label(name)])}`) return;
  const before = select.value;
  select.replaceChildren(...names.map((name) => element('option', { value: name }, label(name))));
  if (names.includes(before)) select.value = before;
}

/** Calls this when the form is sent; the page stays. */
export function onSubmit(id, work) {
  at(id).addEventListener('submit', (event) => {
    event.preventDefault();
    work();
  });
}

/**
 * A button in a list.
 *
 * @param key by which the button keeps its focus when the list is filled anew
 * @param name what a screen reader says
 */
export function button(key, name, text, work) {
  const made = element('button', { type: 'button', 'data-key': key, 'aria-label': name }, text);
  made.addEventListener('click', work);
  return made;
}

/**
 * Makes a change and says below the form how it ended.
 *
 * @param work resolves to what to say; rejects with what is wrong in words
 * @returns whether the change was made
 */
export async function change(messageId, work) {
  const say = (text, kind) => {
    at(messageId).className = `message ${kind}`;
    at(messageId).textContent = text;
  };
  try {
    say(await work(), '');
    return true;
  } catch (problem) {
    say(problem.message, 'wrong');
    return false;
  }
}

/** Says beside a field what is wrong with it; without a text, that nothing is. */
export function sayAt(field, text) {
  const id = `wrong-${field.name}`;
  at(id)?.remove();
  field.removeAttribute('aria-invalid');
  field.removeAttribute('aria-describedby');
  if (text === undefined) return;
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', id);
  field.closest('label').after(element('p', { id, class: 'wrong' }, text));
}

const plainSign = (sign) => (/\s/.test(sign) ? ' ' : sign === '’' ? "'" : sign);
const parts = new Intl.NumberFormat(locale).formatToParts(1234567.5);
const part = (type) => plainSign(parts.find((one) => one.type === type)?.value ?? '');
const [GROUP, POINT] = [part('group'), part('decimal')];
const plainNumber = new Intl.NumberFormat(locale, { useGrouping: false, maximumSignificantDigits: 15 });

/** A number as the reader types it. */
export const written = (number) => plainNumber.format(number);

/**
 * The number in a text: undefined for an empty text, NaN for one that is no number. Both 22,5 and 22.5 are one; what stands
 * between thousands in the reader's language is left out, so that 1,000 is a thousand here and one there.
 */
export function typed(text) {
  const [, sign, size] = /^([-+−]?)(.*)$/.exec([...text.trim()].map(plainSign).join(''));
  if (size === '' && sign === '') return undefined;
  const groups = size.split(POINT)[0].split(GROUP);
  const grouped =
    groups.length > 1 && /^\d{1,3}$/.test(groups[0]) && groups.slice(1).every((one) => /^\d{3}$/.test(one));
  const plain = (grouped ? size.replaceAll(GROUP, '').replace(POINT, '.') : size).replace(',', '.');
  const number = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(number) ? (sign && sign !== '+' ? -number : number) : NaN;
}
