package dev.sluice.journal;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Exposure;
import dev.sluice.statistics.Clusters;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanState;
import dev.sluice.statistics.QuantileState;
import dev.sluice.statistics.QuantileTest;
import dev.sluice.statistics.RateState;
import dev.sluice.statistics.RatioState;
import dev.sluice.statistics.RatioTest;
import dev.sluice.statistics.SampleRatio;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.TestState;
import java.util.stream.Stream;

/// Evidence as JSON. What cannot be read without a doubt is refused: a rollout whose evidence is
/// unreadable waits, one that misread it would move traffic. Thread-safe.
public final class EvidenceJson {
  private static final StrictMapper JSON = new StrictMapper();

  private EvidenceJson() {}

  private record Document(int schema, Evidence evidence) {}

  public static String write(Evidence evidence) {
    return JSON.write(new Document(Evidence.SCHEMA, evidence));
  }

  public static Reading<Evidence> read(String text) {
    return switch (JSON.read(text, "evidence", Evidence.SCHEMA, Document.class)) {
      case Reading.Refused<Document>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Document>(Document found) ->
          fits(found.evidence())
              ? new Reading.Found<>(found.evidence())
              : new Reading.Refused<>("no evidence: a row of numbers has another length");
    };
  }

  private static boolean fits(Evidence evidence) {
    return fits(evidence.split())
        && evidence.guards().stream().allMatch(remembered -> fits(remembered.state()));
  }

  private static boolean fits(SampleRatioState split) {
    return split.ell().size() == SampleRatio.DEFAULT.start().ell().size();
  }

  /// Rows must be as long as those of a state that the same rule starts with.
  private static boolean fits(TestState state) {
    return switch (state) {
      case RatioState ratio ->
          same(
                  ratio.profile(),
                  RatioTest.of(ratio.rule(), Levels.DEFAULT, ratio.planned()).start().profile())
              && fits(ratio.clusters());
      case RateState rate -> fits(rate.clusters());
      case QuantileState quantile ->
          fits(
                  quantile,
                  QuantileTest.of(quantile.rule(), Levels.DEFAULT, quantile.planned()).start())
              && fits(quantile.clusters());
      case MeanState mean -> true;
    };
  }

  private static boolean fits(QuantileState found, QuantileState started) {
    return found.rungs().size() == started.rungs().size()
        && found.rungs().stream().allMatch(rung -> same(rung, started.over()))
        && same(found.over(), started.over())
        && same(found.history(), started.history());
  }

  private static boolean same(Doubles found, Doubles started) {
    return found.size() == started.size();
  }

  private static boolean fits(Clusters clusters) {
    var dispersion = clusters.dispersion();
    return Stream.of(
            dispersion.stable().seen(),
            dispersion.stable().expected(),
            dispersion.canary().seen(),
            dispersion.canary().expected(),
            dispersion.canaryUnits())
        .allMatch(row -> row.size() == Exposure.GROUPS);
  }
}
