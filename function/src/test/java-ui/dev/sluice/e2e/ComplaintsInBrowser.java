package dev.sluice.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A [Visit] notices what no page of the console may do: that other tests find nothing means
/// something only if these find it.
@ExtendWith(OnStage.class)
class ComplaintsInBrowser {
  private Visit visit;

  @BeforeEach
  void begin(Stage stage) {
    visit = stage.stranger(Screen.LIGHT).meaning(".*");
    visit.at("");
  }

  @AfterEach
  void end() {
    visit.close();
  }

  @Test
  void anImageFromElsewhereBreaksThePolicy() {
    addToPage("img", "src", "http://127.0.0.1:9/picture.png");

    awaitComplaint("Content Security Policy");
  }

  @Test
  void aScriptFromElsewhereBreaksThePolicy() {
    visit.page().evaluate("() => import('http://127.0.0.1:9/script.js').catch(() => {})");

    awaitComplaint("Content Security Policy");
  }

  @Test
  void htmlFromTextBreaksThePolicy() {
    visit.page().evaluate("() => { setTimeout(() => { document.body.innerHTML = 'x' }) }");

    awaitComplaint("TrustedHTML");
  }

  @Test
  void aRequestElsewhereIsNoticed() {
    visit.page().navigate("data:text/html,<img src='http://127.0.0.1:9/picture.png'>");

    awaitComplaint("asked elsewhere: http://127.0.0.1:9/picture.png");
  }

  @Test
  void whatAScriptThrowsIsNoticed() {
    visit.page().evaluate("() => { setTimeout(() => { throw new Error('oops') }) }");

    awaitComplaint("uncaught: .*oops");
  }

  @Test
  void aFieldWithoutALabelIsABarrier() {
    assertThat(visit.page().getByLabel("Token")).isVisible();
    visit.page().evaluate("() => document.querySelectorAll('label').forEach(one => one.remove())");

    assertThat(Barriers.of(visit.page())).anyMatch(rule -> rule.startsWith("label: "));
  }

  @Test
  void aWideThingMakesThePageMoveSideways() {
    visit.page().evaluate("() => { document.body.style.minWidth = '3000px' }");

    assertThat(Barriers.sideways(visit.page())).isPositive();
  }

  @Test
  void warningsAreNoticed() {
    visit.page().evaluate("() => console.warn('hm')");

    awaitComplaint("warning: hm");
  }

  private void addToPage(String tag, String attribute, String value) {
    Page page = visit.page();
    page.evaluate(
        """
        ([tag, attribute, value]) => {
          const added = document.createElement(tag);
          added.setAttribute(attribute, value);
          document.body.append(added);
        }""",
        List.of(tag, attribute, value));
  }

  /// @param expression found in it
  private void awaitComplaint(String expression) {
    Pattern pattern = Pattern.compile(expression);
    visit
        .page()
        .waitForCondition(() -> visit.complaints().stream().anyMatch(pattern.asPredicate()));
  }
}
