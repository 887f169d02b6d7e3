package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/// The body of a login: `{"token": "…"}`. Its text form does not show the token.
record LoginBody(String token) {
  private static final int LONGEST = 512;

  static LoginBody read(JsonParser json) throws IOException, BadBody {
    Optional<String> token = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (!name.equals("token")) {
        throw new BadBody("/" + name, "is not known here; a login has: token");
      }
      if (json.nextToken() != JsonToken.VALUE_STRING || json.getText().length() > LONGEST) {
        throw new BadBody("/token", "must be a text of at most 512 characters");
      }
      token = Optional.of(json.getText());
    }
    return new LoginBody(
        token.orElseThrow(() -> new BadBody("/token", "is missing: the value of ADMIN_TOKEN")));
  }

  @Override
  public String toString() {
    return "LoginBody[]";
  }
}
