// What a screen reader says by itself: only what was not there before.

let before = [];

/** Says those sentences that are new since the last time. */
export function speak(place, sentences) {
  const fresh = sentences.filter((sentence) => !before.includes(sentence));
  before = sentences;
  if (fresh.length) place.textContent = fresh.join('. ');
}
