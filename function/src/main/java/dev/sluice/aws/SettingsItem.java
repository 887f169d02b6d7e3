package dev.sluice.aws;

import dev.sluice.control.Rollouts.Written;
import dev.sluice.control.Settings;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.journal.SettingsJson;
import java.util.Optional;

/// The standing splits: one item, `settings`, from the first write.
record SettingsItem(Table table) {
  static final Key KEY = Key.alone("settings");
  private static final String REVISION = "revision";

  Settings read() throws StoreUnavailable {
    Optional<Item> found = table.get(KEY);
    return found.isPresent()
        ? Stored.whole(SettingsJson.read(found.get().document()), "settings")
        : Settings.NONE;
  }

  Written write(Settings next) throws StoreUnavailable {
    Part.Put put = part(next);
    return table.put(put.item(), put.condition()) ? Written.WRITTEN : Written.STALE;
  }

  /// The write, refused where somebody else has written meanwhile.
  static Part.Put part(Settings next) {
    Item item = Item.at(KEY).number(REVISION, next.revision()).document(SettingsJson.write(next));
    return new Part.Put(
        item,
        next.revision() == 1
            ? Condition.ABSENT
            : Condition.that("#revision = :0", next.revision() - 1));
  }
}
