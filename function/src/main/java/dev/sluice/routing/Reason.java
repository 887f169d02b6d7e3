package dev.sluice.routing;

/// Why a request went to its variant.
public enum Reason {
  /// By the shares alone, by chance or in turn.
  WEIGHT("weight"),
  /// By the shares and who the caller is: the same caller gets the same again.
  STICKY("sticky"),
  /// By an override. Nobody was assigned, so it is no exposure.
  HEADER("header"),
  /// By chance, because the strategy goes by a key and the request has none.
  FALLBACK("fallback");

  private final String label;

  Reason(String label) {
    this.label = label;
  }

  /// The value of the metric label `source`.
  public String label() {
    return label;
  }

  /// Whether such a request counts in a comparison of the variants.
  public boolean exposure() {
    return this != HEADER;
  }
}
