package dev.sluice.experiment;

import dev.sluice.statistics.Doubles;

/// Requests and errors of each group of callers, see [Exposure#group].
public record Groups(Doubles requests, Doubles errors) {
  public static final Groups NONE =
      new Groups(Doubles.zeros(Exposure.GROUPS), Doubles.zeros(Exposure.GROUPS));

  public Groups plus(Groups other) {
    return new Groups(requests.plus(other.requests), errors.plus(other.errors));
  }

  public Groups minus(Groups other) {
    return new Groups(requests.plus(other.requests.times(-1)), errors.plus(other.errors.times(-1)));
  }

  boolean below(Groups before) {
    return Cells.below(requests, before.requests) || Cells.below(errors, before.errors);
  }

  /// Whether there are 32 groups, each with counts that can be counts.
  public boolean valid() {
    if (requests.size() != Exposure.GROUPS || errors.size() != Exposure.GROUPS) {
      return false;
    }
    for (int group = 0; group < Exposure.GROUPS; group++) {
      if (!(errors.get(group) <= requests.get(group))) {
        return false;
      }
    }
    return Cells.valid(requests) && Cells.valid(errors);
  }
}
