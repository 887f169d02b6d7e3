package dev.sluice.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.rollout.Cause;
import java.util.List;

/// What was decided about a rollout, as JSON: the same in its history and in live events.
final class EntryView {
  private EntryView() {}

  static ObjectNode of(Entry.Logged logged, Change change) {
    Entry entry = logged.entry();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("sequence", logged.sequence());
    node.put("rollout", entry.rollout().value());
    node.put("model", entry.model());
    node.put("revision", entry.revision());
    node.put("at", entry.at().toString());
    node.put("kind", WireWords.of(change.kind()));
    node.put("from", change.from());
    node.put("to", change.to());
    node.set("share_from", Decimals.node(change.fromShare().percent()));
    node.set("share_to", Decimals.node(change.toShare().percent()));
    cause(change.cause(), node);
    change.said().ifPresent(said -> node.put("said", WireWords.of(said)));
    node.put("sentence", change.sentence());
    return node;
  }

  /// Writes who, why in a word, and why in words.
  static void cause(Cause cause, ObjectNode node) {
    node.put("actor", cause.actor().word());
    node.put("code", cause.code().word());
    node.put("reason", cause.text());
  }

  /// The lines of a history: entries without a change are none.
  static ObjectNode history(List<Entry.Logged> entries) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    var lines = node.putArray("history");
    for (Entry.Logged logged : entries) {
      logged.entry().change().ifPresent(change -> lines.add(of(logged, change)));
    }
    return node;
  }
}
