// How the user reads the page: its language, and the unit of temperatures. Both are kept with the account.

import { change, fieldOf, onSubmit } from './form.js';
import { text } from './text.js';

const field = fieldOf('settings-form');
let known = false;

/** Shows in the form `settings-form` what is set; what is being chosen stays. */
export function showSettings({ language, temperatureUnit }) {
  if (known) return;
  known = true;
  field('language').value = language ?? '';
  field('temperatureUnit').value = temperatureUnit;
}

/**
 * Makes the form work.
 *
 * @param send sends a change to the server; rejects with what is wrong in words
 */
export function startSettings(send) {
  onSubmit('settings-form', () =>
    change('settings-message', async () => {
      const [language, temperatureUnit] = [field('language').value || null, field('temperatureUnit').value];
      await send('PUT', 'me', { language, temperatureUnit });
      location.reload(); // the server fills pages in
      return text('settings.saved');
    }),
  );
}
