package dev.sluice.announce;

import java.net.URI;

/// Who is told. Neither the path of the URL nor the secret is ever in a text: either may be what
/// opens the door. No record, because whatever turns objects into JSON, a log's encoder too, writes
/// records whole.
public final class Target {
  private static final int LEAST_SECRET = 16;

  private final URI url;
  private final String secret;

  /// @param url of http or https
  /// @param secret that signs, at least 16 characters
  public Target(URI url, String secret) {
    if (!isUrl(url)) {
      throw new IllegalArgumentException("a webhook needs an http or https URL with a host");
    }
    if (secret.length() < LEAST_SECRET) {
      throw new IllegalArgumentException(
          "a webhook's secret needs at least %d characters".formatted(LEAST_SECRET));
    }
    this.url = url;
    this.secret = secret;
  }

  URI url() {
    return url;
  }

  String secret() {
    return secret;
  }

  /// Whether messages can be posted there: a name and a password in it would be left out.
  public static boolean isUrl(URI url) {
    String scheme = String.valueOf(url.getScheme());
    return (scheme.equals("http") || scheme.equals("https"))
        && url.getHost() != null
        && url.getRawUserInfo() == null
        && url.getRawFragment() == null;
  }

  @Override
  public String toString() {
    return url.getScheme() + "://" + url.getHost() + "/…";
  }
}
