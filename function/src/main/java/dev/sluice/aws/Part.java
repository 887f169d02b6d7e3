package dev.sluice.aws;

/// One of the changes that are made together or not at all.
sealed interface Part {
  Key key();

  Condition condition();

  /// Puts an item in the place of what is there.
  record Put(Item item, Condition condition) implements Part {
    @Override
    public Key key() {
      return item.key();
    }
  }

  /// Takes an item away.
  record Delete(Key key, Condition condition) implements Part {}
}
