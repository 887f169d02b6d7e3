package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Commands that pages show without typing them: their scripts and options exist, and there is a
/// reason why nobody types them. Blocks called `console` are typed, by [ReadmeIT] and [TutorialIT].
final class PagesTest {
  private static final List<String> PAGES =
      List.of(
          "README.md",
          ".github/CONTRIBUTING.md",
          "function/docs/tutorial.md",
          "function/docs/how-it-decides.md",
          "function/docs/operations.md",
          "function/docs/faq.md");

  /// How a command begins, and why no test types it.
  private static final Map<String, String> NOT_TYPED =
      Map.of(
          "scripts/package --out", "scripts/test package lays a folder out, and starts it",
          "sluice/bin/sluice", "the same",
          "scripts/serve --stack", "needs Docker; ci.yml starts it, and scripts/smoke looks at it",
          "scripts/deploy", "needs an account of AWS; scripts/test infra has a stand-in",
          "scripts/release --target nginx:", "needs an nginx that runs; NginxLoopIT has one",
          "scripts/backtest", "minutes; scripts/test scripts runs it with fewer runs",
          "scripts/test", "these are the tests",
          "scripts/check", "runs all linters; scripts/test lint does that",
          "scripts/serve", "typed in the blocks called console");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final Pattern SPOKEN_OF = Pattern.compile("`(scripts/[a-z]+[^`]*)`");

  @Test
  void everyCommandIsTypedOrHasAReasonNotToBe() throws IOException {
    for (String page : PAGES) {
      for (String command : commands(page)) {
        assertThat(NOT_TYPED.keySet()).as(page + ": " + command).anyMatch(command::startsWith);
      }
    }
    assertThat(commands("README.md")).isNotEmpty();
  }

  @Test
  void everyReasonIsOfACommandThatAPageShows() throws IOException {
    var unused = new TreeSet<>(NOT_TYPED.keySet());
    for (String page : PAGES) {
      for (String command : commands(page)) {
        NOT_TYPED.keySet().stream()
            .filter(command::startsWith)
            .max(Comparator.comparingInt(String::length))
            .ifPresent(unused::remove);
      }
    }

    assertThat(unused).as("reasons for what no page shows").isEmpty();
  }

  @Test
  void everyOptionThatAPageNamesExists() throws Exception {
    for (String page : PAGES) {
      for (String command : commands(page)) {
        for (ScriptCall call : ScriptCall.in(command)) {
          call.assertKnown(page);
        }
      }
      for (String spoken : spokenOf(page)) {
        for (ScriptCall call : ScriptCall.in(spoken)) {
          call.assertKnown(page);
        }
      }
    }
  }

  /// What changes nothing can be asked of the command itself.
  @Test
  void whatIsNotTypedCanAtLeastBePlanned() throws Exception {
    for (String command : commands("README.md")) {
      if (command.matches("scripts/(backtest|package|serve|test|check)\\b.*")) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.set(0, Repository.root().resolve(words.getFirst()).toString());
        words.add("--dry-run");

        assertThat(ScriptCall.said(words.toArray(String[]::new))).as(command).isNotBlank();
      }
    }
  }

  private static List<String> commands(String page) throws IOException {
    var commands = new ArrayList<String>();
    Matcher blocks = BLOCK.matcher(Repository.text(page));
    while (blocks.find()) {
      blocks.group(1).replace("\\\n", " ").lines().map(String::strip).forEach(commands::add);
    }
    return commands;
  }

  private static List<String> spokenOf(String page) throws IOException {
    return SPOKEN_OF
        .matcher(Repository.text(page))
        .results()
        .map(it -> it.group(1).replace('\n', ' '))
        .toList();
  }
}
