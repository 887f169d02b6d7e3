package dev.sluice.control;

import java.util.List;

/// Hears what the controller sees and does, on its thread; must be quick.
public interface ControlListener {
  /// The rollouts that are active now, in every tick.
  void seen(List<RolloutRecord> active);

  /// An entry of the log, once in each process that follows it.
  void entered(Entry.Logged entry);

  /// This process wrote an entry.
  void wrote(Entry entry);

  /// A rollout was judged by this process.
  void judged(RolloutRecord record);

  /// A tick broke for one model; the others went on.
  void broke(String model, Throwable cause);

  /// Traffic outside is not where it should be or cannot be read, and no rollout says
  /// so.
  void refused(String model, String why);

  /// The store does not answer.
  void storeAway(StoreUnavailable cause);

  /// It does, in every tick in which it does.
  void storeBack();
}
