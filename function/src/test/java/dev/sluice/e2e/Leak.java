package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.RawConnection.Answer;

/// What no caller may read in an answer: anything from inside.
final class Leak {
  private static final String[] INSIDE = {
    "java.",
    "javax.",
    "Exception",
    "dev.sluice",
    "ai.onnxruntime",
    "com.fasterxml",
    "io.netty",
    "io.micronaut",
    "\tat ",
    ".java:",
    "/tmp",
    "/home",
    "/usr",
    "/work",
    "/proc",
    "models/"
  };

  private Leak() {}

  static void none(Answer answer) {
    String message = answer.body() + answer.fields();
    assertThat(message).doesNotContain(INSIDE);
  }
}
