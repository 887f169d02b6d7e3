package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A call of one of the repository's scripts, as a document or a workflow writes it.
///
/// @param text from the script's name to the end of its part of the line
record ScriptCall(String text) {
  private static final Pattern OWN = Pattern.compile("(?<![\\w./-])(scripts|\\.ci)/[a-z]+");
  private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z0-9-]*");
  private static final String HANDED_ON = " -- ";

  /// The calls of a line, in their order; those that are only talked about are left out.
  static List<ScriptCall> in(String line) {
    var calls = new ArrayList<ScriptCall>();
    for (String part : line.split("\\||;|&&|\\$\\(| # ")) {
      Matcher own = OWN.matcher(part);
      if (own.find() && !part.stripLeading().startsWith("#") && !part.contains("echo ")) {
        calls.add(new ScriptCall(part.substring(own.start())));
      }
    }
    return calls;
  }

  String script() {
    return text.split("[^\\w./]")[0];
  }

  /// Whether the script is there, and its `--help` speaks of each option. What `scripts/deploy`
  /// hands on are options of `scripts/release`.
  void assertKnown(String where) throws Exception {
    int rest = text.indexOf(HANDED_ON);
    Path file = Repository.root().resolve(script());
    assertThat(Files.isExecutable(file)).as(where + " calls " + script()).isTrue();
    assertOptions(script(), rest < 0 ? text : text.substring(0, rest), where);
    if (rest >= 0) {
      assertThat(script()).as(where).isEqualTo("scripts/deploy");
      assertOptions("scripts/release", text.substring(rest + HANDED_ON.length() - 1), where);
    }
  }

  private static void assertOptions(String script, String call, String where) throws Exception {
    List<String> options = OPTION.matcher(call).results().map(it -> it.group()).toList();
    if (!options.isEmpty()) {
      String help = said(Repository.root().resolve(script).toString(), "--help");
      for (String option : options) {
        assertThat(help).as(where + ": " + script + " " + option).contains(option);
      }
    }
  }

  static String said(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .directory(Repository.root().toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
