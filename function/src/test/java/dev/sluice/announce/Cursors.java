package dev.sluice.announce;

import dev.sluice.control.Instances;
import dev.sluice.control.StoreUnavailable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Cursors that can be kept from moving.
final class Cursors implements Instances {
  private final Map<String, Long> at = new HashMap<>();
  private boolean stuck;

  void stick() {
    stuck = true;
  }

  void loosen() {
    stuck = false;
  }

  @Override
  public long cursor(String reader) {
    return at.getOrDefault(reader, 0L);
  }

  @Override
  public boolean move(String reader, long from, long to) throws StoreUnavailable {
    if (stuck) {
      throw new StoreUnavailable("away");
    }
    if (cursor(reader) != from) {
      return false;
    }
    at.put(reader, to);
    return true;
  }

  @Override
  public void present(Presence presence) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Presence> presentSince(Instant since) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Instant> leased() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean lease(String holder, Instant now, Instant until) {
    throw new UnsupportedOperationException();
  }
}
