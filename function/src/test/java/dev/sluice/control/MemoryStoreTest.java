package dev.sluice.control;

/// The store of tests in virtual time promises what the real ones do.
class MemoryStoreTest extends StoreContract {
  private final MemoryStore store = new MemoryStore();

  @Override
  protected Store open() {
    return store;
  }
}
