package dev.sluice.oip;

import java.util.Arrays;

/// Where in the JSON the reader is. Moving costs a store, only asking makes text. Used by one
/// thread.
final class Place {
  private static final String INDEX = "";

  private String[] names = new String[8];
  private long[] indexes = new long[8];
  private int depth;

  /// Into a member.
  void enter(String name) {
    grow();
    names[depth++] = name;
  }

  /// Into an array's elements, at the first.
  void enter() {
    grow();
    indexes[depth] = 0;
    names[depth++] = INDEX;
  }

  /// To another element of the same array.
  void at(long index) {
    indexes[depth - 1] = index;
  }

  void leave() {
    depth--;
  }

  private void grow() {
    if (depth == names.length) {
      names = Arrays.copyOf(names, 2 * depth);
      indexes = Arrays.copyOf(indexes, 2 * depth);
    }
  }

  /// RFC 6901.
  String pointer() {
    var pointer = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      pointer.append('/');
      if (names[i].isEmpty()) {
        pointer.append(indexes[i]);
      } else {
        pointer.append(names[i].replace("~", "~0").replace("/", "~1"));
      }
    }
    return pointer.toString();
  }
}
