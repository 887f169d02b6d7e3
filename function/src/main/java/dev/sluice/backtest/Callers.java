package dev.sluice.backtest;

/// Who sends the requests, and so what keeps its variant.
public sealed interface Callers {
  /// Nobody that is known: each request is routed for itself, and independent.
  record Unknown() implements Callers {}

  /// Always the same callers, each known by a key and as active as the others.
  record Fixed(int count, Alike alike) implements Callers {
    public Fixed {
      if (count < 1 || count > 1_000_000) {
        throw new IllegalArgumentException("callers must be 1..1000000: " + count);
      }
    }
  }

  /// Always new ones, who keep their variant by a cookie and send all their requests in one window.
  ///
  /// @param requests of one caller, on average; their number is geometric
  record Passing(double requests, Alike alike) implements Callers {
    public Passing {
      if (!(requests >= 1 && requests <= 10_000)) {
        throw new IllegalArgumentException("requests of a caller must be 1..10000: " + requests);
      }
    }
  }

  /// How much the errors of one caller go together.
  ///
  /// @param correlation of two requests of one caller (intraclass correlation): 0 are independent,
  ///     with 1 a caller fails always or never
  record Alike(double correlation) {
    public static final Alike NOT = new Alike(0);

    public Alike {
      if (!(correlation >= 0 && correlation <= 1)) {
        throw new IllegalArgumentException("a correlation must be 0..1: " + correlation);
      }
    }
  }
}
