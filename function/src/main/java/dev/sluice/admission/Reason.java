package dev.sluice.admission;

/// Why a request was refused at the door.
public enum Reason {
  /// A rate is used up; which, the refusal's policy says.
  RATE_LIMIT("rate_limit"),
  /// The model has as much to do as it can do in time.
  OVERLOAD("overload"),
  /// The process is about to end.
  SHUTTING_DOWN("shutting_down");

  private final String label;

  Reason(String label) {
    this.label = label;
  }

  /// The value of the metric label `reason`.
  public String label() {
    return label;
  }
}
