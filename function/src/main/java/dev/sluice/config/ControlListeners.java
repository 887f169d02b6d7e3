package dev.sluice.config;

import dev.sluice.control.ControlListener;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Passes on what the controller says: to the meters, to those who follow events, and to whoever
/// wants to know which versions are on trial.
record ControlListeners(
    ControlListener meters, LiveLog live, AtomicReference<List<RolloutRecord>> active)
    implements ControlListener {

  @Override
  public void seen(List<RolloutRecord> now) {
    active.set(List.copyOf(now));
    meters.seen(now);
  }

  @Override
  public void entered(Entry.Logged entry) {
    live.add(entry);
    meters.entered(entry);
  }

  @Override
  public void wrote(Entry entry) {
    meters.wrote(entry);
  }

  @Override
  public void judged(RolloutRecord record) {
    meters.judged(record);
  }

  @Override
  public void broke(String model, Throwable cause) {
    meters.broke(model, cause);
  }

  @Override
  public void refused(String model, String why) {
    meters.refused(model, why);
  }

  @Override
  public void storeAway(StoreUnavailable cause) {
    meters.storeAway(cause);
  }

  @Override
  public void storeBack() {
    meters.storeBack();
  }
}
