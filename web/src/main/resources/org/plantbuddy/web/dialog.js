// A window above the page. The browser keeps the focus in it, and Escape closes it.

import { text } from './text.js';
import { element } from './words.js';

/** Where the focus goes back to, also when the list that had it was filled anew meanwhile. */
function marked(one) {
  const { key } = one.dataset;
  const list = one.closest('[tabindex="-1"]')?.id;
  return () => {
    /** @type {NodeListOf<HTMLElement>} */
    const all = document.querySelectorAll('[data-key]');
    const keyed = [...all];
    const again = one.isConnected ? one : key && keyed.find((other) => other.dataset.key === key);
    (again || document.getElementById(list) || document.getElementById('main')).focus();
  };
}

/**
 * Opens one.
 *
 * @param title what it is about; its name for a screen reader
 * @param content what is in it
 * @returns the window; its content may be changed
 */
export function openDialog(title, ...content) {
  const back = marked(/** @type {HTMLElement} */ (document.activeElement));
  const dialog = /** @type {HTMLDialogElement} */ (
    element('dialog', { class: 'card', 'aria-labelledby': 'dialog-title' })
  );
  const close = element('button', { type: 'button', class: 'close', 'aria-label': text('dialog.close') }, '✕');
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    dialog.remove();
    back();
  });
  dialog.append(heading(title), ...content, close);
  for (const before of document.querySelectorAll('dialog')) before.remove(); // its event may still be on its way
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

const heading = (title) => element('h2', { id: 'dialog-title', tabindex: '-1' }, title);

/** Puts other content in an open one, which has a button of its own to close it: what is in it is there this once. */
export function fillDialog(dialog, title, ...content) {
  const head = heading(title);
  dialog.replaceChildren(head, ...content);
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.scrollTop = 0;
  head.focus();
}

/** A text field with its name above it. */
export function textField(name, label, value, attributes = {}) {
  const input = element('input', { name, autocomplete: 'off', ...attributes });
  /** @type {HTMLInputElement} */ (input).value = value;
  return element('label', {}, label, input);
}

/**
 * A form in a window, which closes once the change is made; what is wrong with it is said below.
 *
 * @param work makes the change; resolves to whether the window stays; rejects with what is wrong in words
 */
export function openForm(title, fields, submit, work) {
  const message = element('p', { class: 'message', role: 'status' });
  const form = element(
    'form',
    { class: 'device-form', novalidate: '' },
    element('div', { class: 'fields two' }, ...fields),
    element('button', { class: 'primary' }, submit),
    message,
  );
  const dialog = openDialog(title, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      if (!(await work(new FormData(/** @type {HTMLFormElement} */ (form)), dialog))) dialog.close();
    } catch (problem) {
      message.className = 'message wrong';
      message.textContent = problem.message;
    }
  });
  form.querySelector('input').focus();
  return dialog;
}
