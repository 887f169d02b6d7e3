package dev.sluice.aws;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/// What AWS says when it refuses, for people: one line, not too long, and a permission that is
/// missing comes first.
final class Said {
  private static final int LONGEST = 400;
  private static final Pattern DENIED =
      Pattern.compile("not authorized to perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)");

  private Said() {}

  static String by(SdkException failed) {
    return failed instanceof AwsServiceException refused
        ? by(refused)
        : line(String.valueOf(failed.getMessage()));
  }

  static String by(AwsServiceException refused) {
    AwsErrorDetails details = refused.awsErrorDetails();
    if (details == null || details.errorCode() == null) {
      return "status " + refused.statusCode();
    }
    String text = String.valueOf(details.errorMessage());
    return line(
        permission(text).map("not allowed: %s; "::formatted).orElse("")
            + details.errorCode()
            + ": "
            + text);
  }

  private static Optional<String> permission(String text) {
    return DENIED.matcher(text).results().map((MatchResult found) -> found.group(1)).findFirst();
  }

  private static String line(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.length() <= LONGEST ? first : first.substring(0, LONGEST) + "…";
  }
}
