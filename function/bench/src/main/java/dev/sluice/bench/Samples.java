package dev.sluice.bench;

/// What the pieces are measured with.
public final class Samples {
  /// A PNG file of 8x8 grey pixels, in Base64.
  public static final String DIGIT =
      "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAQUlEQVR4nCXKMQGAMBAEsAwIqIQ6AAmVgAQk1EmlIAEpSHgJx0Dm4EidYKZeoM0Mmz72U8NK8jRYlQGu3P/tNfABx+cS03Jj9MQAAAAASUVORK5CYII=";

  private Samples() {}
}
