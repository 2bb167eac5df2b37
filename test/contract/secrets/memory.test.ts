import { createMemorySecretStore } from '../../../src/adapters/memory/secret-store';
import { secretStoreContract } from './secret-store.contract';

secretStoreContract('memory', () => {
  const store = createMemorySecretStore();
  return Promise.resolve({
    store,
    put: (name, value) => {
      store.rotate(name, value);
      return Promise.resolve();
    },
    passMaxAge: () => undefined,
    close: () => Promise.resolve(),
  });
});
