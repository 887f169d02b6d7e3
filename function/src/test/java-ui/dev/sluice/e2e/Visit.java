package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// One person's look at the console. Whatever the browser complains of meanwhile, and whatever it
/// asks of anybody but the service, fails the test when the visit ends.
final class Visit implements AutoCloseable {
  private final BrowserContext context;
  private final Page page;
  private final String origin;
  private final List<String> complaints = new ArrayList<>();
  private final List<Pattern> meant = new ArrayList<>();

  Visit(BrowserContext context, String origin) {
    this.context = context;
    this.origin = origin;
    context.onRequest(request -> seeUrl(request.url()));
    context.onConsoleMessage(this::seeMessage);
    context.onWebError(error -> complaints.add("uncaught: " + error.error()));
    this.page = context.newPage();
  }

  private void seeUrl(String url) {
    if (!url.startsWith(origin + "/") && !url.startsWith("data:") && !url.startsWith("blob:")) {
      complaints.add("asked elsewhere: " + url);
    }
  }

  /// What breaks the content security policy is an error here, too.
  private void seeMessage(ConsoleMessage message) {
    if (List.of("error", "warning", "assert").contains(message.type())) {
      complaints.add(message.type() + ": " + message.text() + " at " + message.location());
    }
  }

  /// The test means the service to refuse something with this status.
  Visit refusedWith(int status) {
    return meaning(
        "error: Failed to load resource: the server responded with a status of " + status + " .*");
  }

  /// The test means the browser to complain so.
  ///
  /// @param complaint a regular expression for all of it, such as `warning: .*`
  Visit meaning(String complaint) {
    meant.add(Pattern.compile(complaint, Pattern.DOTALL));
    return this;
  }

  Page page() {
    return page;
  }

  BrowserContext context() {
    return context;
  }

  /// @param route a page of the console, such as `#/models`
  Page at(String route) {
    page.navigate(origin + "/console" + route);
    return page;
  }

  /// All that was complained of until now.
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  private List<String> unexpected() {
    return complaints.stream()
        .filter(one -> meant.stream().noneMatch(pattern -> pattern.matcher(one).matches()))
        .toList();
  }

  @Override
  public void close() {
    context.close();
    assertThat(unexpected()).as("what the browser complained of").isEmpty();
  }
}
