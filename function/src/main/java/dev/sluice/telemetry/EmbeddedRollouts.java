package dev.sluice.telemetry;

import dev.sluice.control.Change;
import dev.sluice.control.ControlListener;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.Phase;
import dev.sluice.telemetry.EvidenceShown.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tells CloudWatch of rollouts, and passes on all that it hears. For the one process that leads
/// them: of the others each would tell the same again.
///
/// In each tick, of each active rollout: the canary's share, the evidence of harm of the guard that
/// has most, and no rollback. At each move that this process wrote: the share from then on, and
/// whether it was a rollback. So an alarm on rollbacks sees zeros before the first one.
record EmbeddedRollouts(EmbeddedMetrics lines, ControlListener next) implements ControlListener {
  @Override
  public void seen(List<RolloutRecord> active) {
    next.seen(active);
    for (RolloutRecord record : active) {
      var metrics = new ArrayList<Embedded>();
      metrics.add(EmbeddedMetric.WEIGHT.of(record.rollout().share().percent()));
      metrics.add(EmbeddedMetric.ROLLBACKS.of(0));
      EvidenceShown.of(record).sides().stream()
          .filter(side -> side.side().equals(EvidenceShown.HARM))
          .map(Side::evidence)
          .filter(Double::isFinite)
          .max(Double::compare)
          .ifPresent(most -> metrics.add(EmbeddedMetric.EVIDENCE_OF_HARM.of(most)));
      lines.write(record.model(), Optional.empty(), metrics);
    }
  }

  @Override
  public void wrote(Entry entry) {
    next.wrote(entry);
    entry
        .change()
        .filter(change -> change.kind() == Change.Kind.MOVED)
        .ifPresent(
            change ->
                lines.write(
                    entry.model(),
                    Optional.empty(),
                    List.of(
                        EmbeddedMetric.WEIGHT.of(change.toShare().percent()),
                        EmbeddedMetric.ROLLBACKS.of(rolledBack(change) ? 1 : 0))));
  }

  private static boolean rolledBack(Change change) {
    return Phase.of(change.to()).filter(Phase.ROLLED_BACK::equals).isPresent();
  }

  @Override
  public void entered(Entry.Logged entry) {
    next.entered(entry);
  }

  @Override
  public void judged(RolloutRecord record) {
    next.judged(record);
  }

  @Override
  public void broke(String model, Throwable cause) {
    next.broke(model, cause);
  }

  @Override
  public void refused(String model, String why) {
    next.refused(model, why);
  }

  @Override
  public void storeAway(StoreUnavailable cause) {
    next.storeAway(cause);
  }

  @Override
  public void storeBack() {
    next.storeBack();
  }
}
