package dev.sluice.statistics;

/// On which side of the null a bet lies.
enum Side {
  /// Bets on more than the null: evidence of harm.
  ABOVE(1),
  /// Bets on less than the null: evidence of safety.
  BELOW(-1);

  private final int sign;

  Side(int sign) {
    this.sign = sign;
  }

  int sign() {
    return sign;
  }
}
