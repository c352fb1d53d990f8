// What a screen reader says by itself: only what was not there before. A time that grows older says nothing.

const hidden = (part) => part.ariaHidden === 'true';
const textOf = (parts) =>
  parts
    .map((part) => part.textContent)
    .join('')
    .trim();

let before = [];

/** Says those lines that are new since the last time. */
export function speak(place, lines) {
  const now = [...lines].map((line) => {
    const parts = [...line.childNodes].filter((part) => !hidden(part));
    return { fixed: textOf(parts.filter((part) => !part.dataset?.since)), text: textOf(parts) };
  });
  const fresh = now.filter((line) => !before.includes(line.fixed));
  before = now.map((line) => line.fixed);
  if (fresh.length) place.textContent = fresh.map((line) => line.text).join('. ');
}
