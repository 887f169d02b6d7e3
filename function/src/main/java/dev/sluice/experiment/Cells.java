package dev.sluice.experiment;

import dev.sluice.statistics.Doubles;

/// Questions to rows of cumulative counts.
final class Cells {
  private Cells() {}

  /// Whether any entry is less than before.
  static boolean below(Doubles now, Doubles before) {
    for (int i = 0; i < Math.min(now.size(), before.size()); i++) {
      if (now.get(i) < before.get(i)) {
        return true;
      }
    }
    return false;
  }

  /// Whether each entry is finite and not negative.
  static boolean valid(Doubles cells) {
    for (int i = 0; i < cells.size(); i++) {
      if (!(Double.isFinite(cells.get(i)) && cells.get(i) >= 0)) {
        return false;
      }
    }
    return true;
  }
}
