package dev.sluice.announce;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import java.util.Optional;

/// One entry of the record that people are told about.
///
/// @param sequence the entry's number: told twice, it has the same one
public record Announcement(long sequence, Kind kind, Entry entry, Change change) {
  /// The number of the form of [#body()].
  public static final int SCHEMA = 1;

  /// What has to be told of an entry, if anything.
  public static Optional<Announcement> of(Entry.Logged logged) {
    return logged
        .entry()
        .change()
        .flatMap(
            change ->
                Kind.of(change)
                    .map(
                        kind -> new Announcement(logged.sequence(), kind, logged.entry(), change)));
  }

  /// One JSON object. The same announcement has the same bytes, however often it is told.
  public String body() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("schema", SCHEMA)
        .put("id", sequence)
        .put("kind", kind.word())
        .put("model", entry.model())
        .put("rollout", entry.rollout().value())
        .put("at", entry.at().toString())
        .put("from", change.from())
        .put("to", change.to())
        .put("share_from", change.fromShare().percent())
        .put("share_to", change.toShare().percent())
        .put("actor", change.cause().actor().word())
        .put("code", change.cause().code().word())
        .put("reason", change.cause().text())
        .put("text", change.sentence())
        .put("revision", entry.revision())
        .toString();
  }
}
