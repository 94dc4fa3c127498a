// Two tabs of one browser don't send the same payment at once.

/**
 * Without Web Locks (plain http) both may: the API records an id once in any case.
 *
 * @template T
 * @param {string} paymentId
 * @param {(isElsewhere: boolean) => void} onWait
 * @param {() => T} act
 * @returns {Promise<Awaited<T>>}
 */
export async function alone(paymentId, onWait, act) {
  const { locks } = navigator;
  if (!locks) return await act();
  const name = `payee-pages:${paymentId}`;
  const { held } = await locks.query();
  onWait(Boolean(held?.some((lock) => lock.name === name)));
  return await locks.request(name, () => {
    onWait(false);
    return act();
  });
}
