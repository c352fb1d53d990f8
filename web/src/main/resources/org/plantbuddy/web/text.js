// Texts in the reader's language, which the page names. Their catalogues are texts/en.json and the like.

const language = document.documentElement.lang || 'en';

/** How numbers and times are written: as the browser writes this language, where it is one of the browser's. */
export const locale =
  navigator.languages.find((tag) => tag.split('-')[0] === language) ?? (language === 'en' ? 'en-GB' : language);

const { default: catalogue } = await import(`./text-${language}.js`);
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(locale);

/** Whether there is a text of that key: where keys are made of what boards send. */
export const hasText = (key) => Object.hasOwn(catalogue, key);

/**
 * A text with something in its places, which may be elements.
 *
 * @param key of the catalogue: where it has several forms, the value `count` says which
 * @param values by the names of their places
 * @returns {any[]} its pieces in the order of the language
 */
export function textWith(key, values = {}) {
  const found = catalogue[key];
  const form = typeof found === 'string' ? found : found[plurals.select(values.count)];
  const shown = (value) => (typeof value === 'number' ? numbers.format(value) : value);
  return form.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? shown(values[part]) : part));
}

/** A text, with values in its places. */
export const text = (key, values = {}) => textWith(key, values).join('');
