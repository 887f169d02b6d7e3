package dev.sluice.aws;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/// What AWS says when it refuses, for people: a missing permission has its name in it.
final class Said {
  private Said() {}

  static String by(SdkException failed) {
    return failed instanceof AwsServiceException refused
        ? by(refused)
        : String.valueOf(failed.getMessage());
  }

  static String by(AwsServiceException refused) {
    AwsErrorDetails details = refused.awsErrorDetails();
    return details == null || details.errorCode() == null
        ? "status " + refused.statusCode()
        : details.errorCode() + ": " + details.errorMessage();
  }
}
