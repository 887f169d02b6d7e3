package dev.sluice.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How a rollout went, as its callers and its operator saw it. Any thread may tell.
final class Verdict {
  private static final Set<String> ENDS = Set.of("promoted", "rolled_back", "failed", "completed");
  private static final double MILLION = 1e6;

  private String rollout = "";
  private String state = "not begun";
  private String headline = "";
  private long begunNanos;
  private long endedNanos;
  private long canaryAnswers;
  private long canaryPictures;
  private long canaryWrong;
  private final Map<String, Long> wrongByVersion = new TreeMap<>();

  synchronized void begun(String id) {
    rollout = id;
    state = "begun";
    begunNanos = System.nanoTime();
  }

  synchronized void refused(String answer) {
    state = "refused";
    headline = answer;
  }

  synchronized void looked(String now, String sentence) {
    state = now;
    headline = sentence;
    if (ENDS.contains(now)) {
      endedNanos = System.nanoTime();
    }
  }

  /// Whether it goes on.
  synchronized boolean open() {
    return !ENDS.contains(state) && !state.equals("refused");
  }

  synchronized void answered(String version, boolean canary, int pictures, int right) {
    wrongByVersion.merge(version, (long) pictures - right, Long::sum);
    if (canary && begunNanos > 0) {
      canaryAnswers++;
      canaryPictures += pictures;
      canaryWrong += pictures - right;
    }
  }

  synchronized Gate gate(String expected) {
    return new Gate(
        "the rollout ends as " + expected,
        state + (headline.isEmpty() ? "" : ": " + headline),
        state.equals(expected));
  }

  /// What a summary has of it.
  synchronized Map<String, Object> members() {
    var members = new LinkedHashMap<String, Object>();
    members.put("rollout", rollout);
    members.put("ended_as", state);
    members.put("headline", headline);
    if (endedNanos > 0) {
      members.put("decided_after_ms", Math.round((endedNanos - begunNanos) / MILLION));
    }
    members.put("answers_by_canary", canaryAnswers);
    members.put("pictures_read_by_canary", canaryPictures);
    members.put("pictures_read_wrong_by_canary", canaryWrong);
    members.put("pictures_read_wrong", new TreeMap<>(wrongByVersion));
    return members;
  }
}
