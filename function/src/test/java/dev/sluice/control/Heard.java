package dev.sluice.control;

import java.util.ArrayList;
import java.util.List;

/// Writes down what a controller says.
final class Heard implements ControlListener {
  final List<Entry.Logged> entered = new ArrayList<>();
  final List<Entry> wrote = new ArrayList<>();
  final List<String> broke = new ArrayList<>();
  final List<String> refused = new ArrayList<>();
  int away;

  @Override
  public void seen(List<RolloutRecord> active) {}

  @Override
  public void entered(Entry.Logged entry) {
    entered.add(entry);
  }

  @Override
  public void wrote(Entry entry) {
    wrote.add(entry);
  }

  @Override
  public void judged(RolloutRecord record) {}

  @Override
  public void broke(String model, Throwable cause) {
    broke.add(model + ": " + cause);
  }

  @Override
  public void refused(String model, String why) {
    refused.add(model + ": " + why);
  }

  @Override
  public void storeAway(StoreUnavailable cause) {
    away++;
  }

  @Override
  public void storeBack() {}
}
