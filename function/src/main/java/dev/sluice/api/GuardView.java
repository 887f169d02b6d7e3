package dev.sluice.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.experiment.Finding;
import dev.sluice.experiment.GuardReport;
import dev.sluice.experiment.Rule;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Account;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Margin;
import java.util.OptionalDouble;

/// What a guard found, as JSON. A number that is not known is left out; evidence is the log10 of
/// the odds, held against its threshold.
final class GuardView {
  private static final int DIGITS = 6;

  private GuardView() {}

  /// @param next share that has to be proven safe
  static ObjectNode of(GuardReport report, Share next) {
    Finding finding = report.finding();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", finding.guard().name());
    node.put("verdict", WireWords.of(finding.verdict()));
    node.put("next_verdict", WireWords.of(finding.verdict(next.fraction())));
    node.put("sentence", report.sentence());
    node.set("rule", GuardBody.write(finding.guard()));
    account(report.account(), finding.guard().rule(), node);
    ObjectNode harm = node.putObject("harm");
    put(harm, "evidence_log10", report.harmEvidence());
    put(harm, "threshold_log10", report.harmThreshold());
    put(harm, "anytime_p", finding.reading().pHarm());
    ObjectNode safe = node.putObject("safe");
    put(safe, "anytime_p", finding.reading().pSafe());
    ArrayNode shares = safe.putArray("shares");
    report.shares().forEach(share -> shares.add(share(share)));
    return node;
  }

  private static ObjectNode share(GuardReport.ForShare share) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    put(node, "share", share.share() * 100);
    node.put("verdict", WireWords.of(share.verdict()));
    node.put("limit", share.tolerated());
    limit(share.margin()).ifPresent(limit -> put(node, "limit_value", limit));
    put(node, "evidence_log10", share.evidence());
    put(node, "threshold_log10", share.threshold());
    put(node, "canary_requests_expected", share.canaryRequests());
    return node;
  }

  /// What a value is held against, where that is one number.
  static OptionalDouble limit(Margin margin) {
    return switch (margin) {
      case Margin.Ratio(double ratio, double floor) -> OptionalDouble.of(ratio);
      case Margin.Tail tail -> OptionalDouble.empty();
      case Margin.Rate(double bound) -> OptionalDouble.of(bound);
      case Margin.Mean(double factor, double offset) ->
          factor == 1 ? OptionalDouble.of(offset) : OptionalDouble.empty();
    };
  }

  private static void account(Account account, Rule rule, ObjectNode node) {
    put(node, "value", account.estimate());
    if (account.estimate().isPresent()) {
      node.put("value_is", what(rule));
    }
    OptionalDouble lower = account.interval().lower();
    OptionalDouble upper = account.interval().upper();
    if (lower.isPresent() || upper.isPresent()) {
      ObjectNode interval = node.putObject("interval");
      put(interval, "lower", lower);
      put(interval, "upper", upper);
    }
    counts(account.stable(), "stable", node);
    counts(account.canary(), "canary", node);
    put(node, "effective_units", account.effectiveUnits());
  }

  /// What a value is.
  static String what(Rule rule) {
    return switch (rule) {
      case Rule.Ratio ratio -> "ratio";
      case Rule.Maximum maximum -> "rate";
      case Rule.Quantile quantile -> "ratio";
      case Rule.Mean mean -> "difference";
    };
  }

  private static void counts(Counts counts, String arm, ObjectNode node) {
    if (counts.units() > 0) {
      ObjectNode object = node.putObject(arm);
      put(object, "n", counts.units());
      put(object, "events", counts.events());
    }
  }

  static void put(ObjectNode node, String name, OptionalDouble value) {
    value.ifPresent(known -> put(node, name, known));
  }

  /// Leaves out what is no number.
  static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.set(name, Decimals.significant(value, DIGITS));
    }
  }
}
