package dev.sluice.aws;

import dev.sluice.control.Actuator;
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

  /// A question to AWS.
  interface Question<T> {
    T answer() throws Actuator.Refused;
  }

  /// Asks, and says it in the words of the port when there is no answer.
  ///
  /// @param name of what is asked about
  static <T> T asked(String name, Question<T> question) throws Actuator.Refused {
    try {
      return question.answer();
    } catch (SdkException failed) {
      throw new Actuator.Refused("%s cannot be read: %s".formatted(name, by(failed)));
    }
  }

  /// Sends a call to move something.
  ///
  /// @return what was said against it
  static Optional<String> against(Runnable call) {
    try {
      call.run();
      return Optional.empty();
    } catch (SdkException failed) {
      return Optional.of(by(failed));
    }
  }

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
