package dev.sluice.control;

import java.time.Instant;
import java.util.List;

/// What people say about a rollout. Nothing is decided by it.
///
/// @param name one line
/// @param tags words to find it by
/// @param createdBy who wrote it down
public record About(
    String name, String description, List<String> tags, String createdBy, Instant createdAt) {
  public static final int LONGEST_NAME = 200;
  public static final int LONGEST_DESCRIPTION = 4_000;
  public static final int MOST_TAGS = 20;

  public static final String TAG = "[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}";

  public About {
    tags = List.copyOf(tags);
    if (name.length() > LONGEST_NAME || description.length() > LONGEST_DESCRIPTION) {
      throw new IllegalArgumentException(
          "a name has at most %d characters, a description %d"
              .formatted(LONGEST_NAME, LONGEST_DESCRIPTION));
    }
    if (tags.size() > MOST_TAGS || !tags.stream().allMatch(About::isTag)) {
      throw new IllegalArgumentException(
          "at most %d tags, each matching %s: %s".formatted(MOST_TAGS, TAG, tags));
    }
  }

  /// Whether a text may be a tag.
  public static boolean isTag(String text) {
    return text.matches(TAG);
  }
}
