package dev.sluice.store;

import dev.sluice.control.Entry;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.EntryJson;
import dev.sluice.journal.Reading;
import java.sql.ResultSet;
import java.sql.SQLException;

/// What was kept, or that it cannot be read: it is never left out in silence.
final class Read {
  private Read() {}

  static <T> T whole(Reading<T> reading, String what) throws StoreUnavailable {
    return switch (reading) {
      case Reading.Found<T>(T value) -> value;
      case Reading.Refused<T>(String reason) ->
          throw new StoreUnavailable("%s cannot be read: %s".formatted(what, reason));
    };
  }

  /// Of a line with a number and an entry.
  static Entry.Logged logged(ResultSet line) throws SQLException, StoreUnavailable {
    long number = line.getLong("number");
    return new Entry.Logged(
        number, whole(EntryJson.read(line.getString("json")), "entry " + number));
  }
}
