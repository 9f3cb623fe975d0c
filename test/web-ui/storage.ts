/** A browser's storage, for tests of what is kept there. */
import type { TestContext } from 'node:test';

/** One that keeps everything until the test is over; its items are in `items`. */
export function keeping(t: TestContext): Map<string, string> {
  const items = new Map<string, string>();
  provide(t, {
    value: {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    },
  });
  return items;
}

/** One that is told to keep nothing: it refuses already to be asked for. */
export function refusing(t: TestContext): void {
  provide(t, {
    get: () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  });
}

function provide(t: TestContext, property: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { ...property, configurable: true });
  t.after(() => {
    if (before) Object.defineProperty(globalThis, 'localStorage', before);
    else Reflect.deleteProperty(globalThis, 'localStorage');
  });
}
