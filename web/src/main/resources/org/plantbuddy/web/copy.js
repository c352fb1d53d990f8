// A button that copies a text.

import { text } from './text.js';
import { element } from './words.js';

/** Without a secure page the browser has no clipboard to write to, but copies what is selected. */
async function copy(copied, place, button) {
  try {
    await navigator.clipboard.writeText(copied);
  } catch {
    window.getSelection().selectAllChildren(place);
    document.execCommand('copy');
  }
  button.textContent = text('add.copied');
}

/**
 * Makes one.
 *
 * @param what is copied, in words
 * @param copied the text of it
 * @param place the element that shows it
 */
export function copyButton(what, copied, place) {
  const name = text('add.copyWhat', { name: what });
  const button = element('button', { type: 'button', 'aria-label': name }, text('add.copy'));
  button.addEventListener('click', () => copy(copied, place, button));
  return button;
}
