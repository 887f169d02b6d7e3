package dev.sluice.e2e;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.util.List;

/// What stands in the way of people who cannot see a page, or not well, or not without a magnifier.
final class Barriers {
  private Barriers() {}

  /// Every rule of axe that the page breaks, with where it does.
  static List<String> of(Page page) {
    return new AxeBuilder(page)
        .analyze().getViolations().stream()
            .map(
                rule ->
                    rule.getId()
                        + ": "
                        + rule.getHelp()
                        + ": "
                        + rule.getNodes().stream().map(node -> node.getHtml()).toList())
            .toList();
  }

  /// By how many pixels it has to be moved sideways to be read.
  static int sideways(Page page) {
    return (Integer)
        page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
  }
}
