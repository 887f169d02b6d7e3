package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import java.net.http.HttpResponse;
import java.util.Map;

/// What a browser keeps of somebody who has logged in.
///
/// @param cookie the session's value
/// @param until the moment in which it ends
record Session(String cookie, String until) {
  static final String ACTOR = "kim";

  private static final ObjectMapper JSON = new ObjectMapper();

  static Session of(RunningService service, String token) throws Exception {
    HttpResponse<String> answer =
        service.post("/console/session", JSON.createObjectNode().put("token", token).toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return new Session(
        cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';')),
        JSON.readTree(answer.body()).path("expires_at").asText());
  }

  /// A browser in which this was kept of the console at that port.
  Browser.NewContextOptions stored(Browser.NewContextOptions options, int port) {
    ObjectNode state = JSON.createObjectNode();
    state
        .putArray("cookies")
        .addObject()
        .put("name", "sluice_session")
        .put("value", cookie)
        .put("domain", "127.0.0.1")
        .put("path", "/")
        .put("expires", -1)
        .put("httpOnly", true)
        .put("secure", false)
        .put("sameSite", "Strict");
    ArrayNode kept =
        state
            .putArray("origins")
            .addObject()
            .put("origin", "http://127.0.0.1:" + port)
            .putArray("localStorage");
    Map.of("sluice.until", until, "sluice.actor", ACTOR)
        .forEach((name, value) -> kept.addObject().put("name", name).put("value", value));
    return options.setStorageState(state.toString());
  }
}
