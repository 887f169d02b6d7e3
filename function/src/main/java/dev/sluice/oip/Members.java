package dev.sluice.oip;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The members of one of the protocol's own objects, one after another, none of them twice. The
/// place of the cursor is within a known member while it is read. Used by one thread.
final class Members {
  private final JsonCursor json;
  private final List<String> known;
  private Set<String> others = Set.of();
  private long seen;
  private long count;
  private boolean within;
  private String name = "";

  /// The cursor stands before the object.
  Members(JsonCursor json, List<String> known) throws BadRequest {
    this.json = json;
    this.known = known;
    json.open('{');
  }

  /// Whether another member came; its value is next.
  boolean next() throws BadRequest {
    if (within) {
      json.place().leave();
      within = false;
    }
    if (!json.more('}', count++)) {
      return false;
    }
    name = json.member(known);
    int index = known.indexOf(name);
    boolean first = index < 0 ? added(name) : (seen & 1L << index) == 0;
    if (!first) {
      throw json.malformed("the member %s came twice".formatted(Found.quoted(name)));
    }
    if (index >= 0) {
      seen |= 1L << index;
      json.place().enter(name);
      within = true;
    }
    return true;
  }

  private boolean added(String other) {
    if (others.isEmpty()) {
      others = new HashSet<>();
    }
    return others.add(other);
  }

  String name() {
    return name;
  }

  /// Whether a known member came so far.
  boolean had(String member) {
    return (seen & 1L << known.indexOf(member)) != 0;
  }
}
