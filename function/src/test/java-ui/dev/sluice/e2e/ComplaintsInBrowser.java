package dev.sluice.e2e;

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
  void aScriptInThePageBreaksThePolicy() {
    addToPage("script", "src", "data:text/javascript,document.title='gone'");

    awaitComplaint("TrustedScriptURL|Content Security Policy");
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
        .waitForCondition(
            () -> visit.complaints().stream().anyMatch(pattern.asPredicate()));
  }
}
