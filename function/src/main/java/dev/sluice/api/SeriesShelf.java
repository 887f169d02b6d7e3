package dev.sluice.api;

import dev.sluice.control.Entry;
import dev.sluice.control.Rollouts;
import dev.sluice.control.Series;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.RolloutId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The series of the rollouts that are looked at, the eight last ones: who follows a rollout asks
/// every few seconds, and only what is new has to be read. Thread-safe; blocks.
///
/// Each series is read on by one at a time; others wait for a moment. Of all of them one at a time
/// works on a page of entries, so that a long rollout that nobody has looked at yet takes the
/// processor from none that is followed, nor from predictions more than one thread's worth.
final class SeriesShelf {
  private static final int KEPT = 8;
  private static final int PAGE = 200;
  private static final int PATIENCE_SECONDS = 10;

  private final Rollouts store;
  private final Semaphore work = new Semaphore(1, true);
  // Guarded by itself.
  private final Map<RolloutId, Place> places = new LinkedHashMap<>(16, 0.75f, true);

  /// @param turn of whoever reads or shows the series
  private record Place(Series series, Semaphore turn) {
    Place() {
      this(new Series(), new Semaphore(1));
    }
  }

  /// What is made of a series.
  interface Showing<T> {
    T of(Series series);
  }

  /// What came of it.
  sealed interface Shown<T> {
    record Done<T>(T value) implements Shown<T> {}

    record Unknown<T>() implements Shown<T> {}

    /// Others have been at it for too long.
    record Busy<T>() implements Shown<T> {}
  }

  SeriesShelf(Rollouts store) {
    this.store = store;
  }

  /// Shows a rollout as it is written now.
  <T> Shown<T> show(RolloutId id, Showing<T> showing) throws StoreUnavailable {
    Place place = place(id);
    try {
      if (!place.turn().tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return new Shown.Busy<>();
      }
      try {
        return readOn(id, place.series()) ? new Shown.Done<>(showing.of(place.series())) : gone(id);
      } finally {
        place.turn().release();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Shown.Busy<>();
    }
  }

  private Place place(RolloutId id) {
    synchronized (places) {
      Place place = places.computeIfAbsent(id, fresh -> new Place());
      if (places.size() > KEPT) {
        places.remove(places.keySet().iterator().next());
      }
      return place;
    }
  }

  private <T> Shown<T> gone(RolloutId id) {
    synchronized (places) {
      places.remove(id);
    }
    return new Shown.Unknown<>();
  }

  /// Whether there is such a rollout. Only a draft can be forgotten by a person.
  private boolean readOn(RolloutId id, Series series)
      throws StoreUnavailable, InterruptedException {
    List<Entry.Logged> page;
    do {
      page = store.entries(id, series.revision(), PAGE);
      work.acquire();
      try {
        page.forEach(series::add);
        if (page.size() < PAGE) {
          series.read();
        }
      } finally {
        work.release();
      }
    } while (page.size() == PAGE);
    Optional<Boolean> started = series.record().map(record -> record.revision() > 0);
    return started.isPresent() && (started.get() || store.find(id).isPresent());
  }
}
