package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

class SaidTest {
  private static AwsServiceException refusal(String message) {
    return AwsServiceException.builder()
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .errorCode("AccessDeniedException")
                .errorMessage(message)
                .build())
        .build();
  }

  @Test
  void aMissingPermissionComesFirst() {
    String message =
        "User: arn:aws:sts::123456789012:assumed-role/sluice-control/sluice-control is not"
            + " authorized to perform: lambda:UpdateAlias on resource:"
            + " arn:aws:lambda:eu-central-1:123456789012:function:sluice:live";

    assertThat(Said.by(refusal(message)))
        .isEqualTo("not allowed: lambda:UpdateAlias; AccessDeniedException: " + message);
  }

  @Test
  void aMissingPermissionIsSeenBehindALongName() {
    String user =
        "User: " + "u".repeat(2_000) + " is not authorized to perform: a:B on resource: c";

    assertThat(Said.by(refusal(user)))
        .startsWith("not allowed: a:B; AccessDeniedException: User: uuu")
        .hasSize(401)
        .endsWith("…");
  }

  @Test
  void onlyTheFirstLineIsSaid() {
    assertThat(Said.by(refusal("no\nand why"))).isEqualTo("AccessDeniedException: no");
    assertThat(Said.by(SdkClientException.create("lost\nat noon"))).isEqualTo("lost");
  }

  @Test
  void whatSaysNothingHasItsStatus() {
    assertThat(Said.by(AwsServiceException.builder().statusCode(503).build()))
        .isEqualTo("status 503");
  }
}
