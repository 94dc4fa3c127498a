// Two tabs of one browser don't send the same payment at once.

/**
 * Without Web Locks (plain http) both may: the API records an id once in any case.
 *
 * The outcome is that of `act`, not of the lock: WebKit takes the lock away when the page goes into
 * its back-forward cache, and so does a tab that takes the payment over, while `act` goes on.
 *
 * @template T
 * @param {string} paymentId
 * @param {boolean} steal take it away from the tab that has it
 * @param {(isElsewhere: boolean) => void} onWait
 * @param {() => Promise<T>} act
 * @returns {Promise<T>} rejected if the browser gives up waiting
 */
export async function alone(paymentId, steal, onWait, act) {
  const { locks } = navigator;
  if (!locks) return act();
  const name = `payee-pages:${paymentId}`;
  const { held } = await locks.query();
  onWait(!steal && Boolean(held && held.some((lock) => lock.name === name)));
  return new Promise((resolve, reject) => {
    const run = () => {
      onWait(false);
      const done = act();
      resolve(done);
      return done;
    };
    locks.request(name, { steal }, run).catch(reject);
  });
}
