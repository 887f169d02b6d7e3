package dev.sluice.aws;

/// The environment does not say which account and region are meant.
public final class NoAccount extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoAccount(String why, Throwable cause) {
    super("AWS cannot be reached as the environment is: " + why, cause);
  }
}
