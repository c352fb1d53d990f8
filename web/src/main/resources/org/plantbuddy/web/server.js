// How pages ask the server.

/** Whoever is signed in no more is led to the form; nothing comes after that. */
export function signInAgain() {
  location.assign('/login');
  return new Promise(() => {});
}

/**
 * Asks for JSON.
 *
 * @param path below /api/v1
 * @param signal ends the wait
 */
export async function ask(path, signal) {
  const response = await fetch(`/api/v1/${path}`, { headers: { Accept: 'application/json' }, signal });
  if (response.status === 401) return signInAgain();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}
