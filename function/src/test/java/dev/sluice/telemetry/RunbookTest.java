package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whoever is woken finds a page, and on it what helps.
class RunbookTest {
  private static final List<String> PARTS =
      List.of(
          "**Means.**",
          "**Impact.**",
          "**First look.**",
          "**Likely causes.**",
          "**Do this.**",
          "**Undo.**",
          "**Escalate.**");
  private static final Pattern PROMQL = Pattern.compile("(?s)```promql\n(.*?)```");
  private static final Pattern COMMANDS = Pattern.compile("(?s)```bash\n(.*?)```");
  private static final Pattern ABOUT_A_ROLLOUT = Pattern.compile("scripts/(explain|history)");
  private static final Pattern CONSOLE =
      Pattern.compile("(?m)^In the console(?: of [^:]+)?: (.+)$");
  private static final Pattern SCRIPT = Pattern.compile("scripts/([a-z]+)");
  private static final Pattern ERROR_LINE =
      Pattern.compile(
          "LOG\\.error\\(\\s*\"([^\"]+)\""
              + "|LOG\\.atError\\(\\)[^;]*?\\.log\\(\\s*\"([^\"]+)\""
              + "|Level\\.ERROR,[^;]*?\"([^\"]+)\"");
  private static final Pattern ALARM_OF_A_LIST =
      Pattern.compile("\"([a-z-]+)\"\\s+= \\{ namespace");
  private static final Pattern ALARM =
      Pattern.compile("alarm_name\\s+= \"\\$\\{var\\.name\\}-([a-z-]+)\"");
  private static final Pattern ALARM_OF_A_LANE =
      Pattern.compile("alarm_name\\s+= \"\\$\\{var\\.name\\}-\\$\\{each\\.key\\}-([a-z-]+)\"");

  @Test
  void everyAlertAndEveryAlarmHasASectionAndNothingElseHas() throws IOException {
    Set<String> expected = new HashSet<>(alarms());
    PrometheusRule.alerts().forEach(alert -> expected.add(alert.name()));

    assertThat(sections().keySet()).isEqualTo(expected);
  }

  @Test
  void everySectionSaysAllThatOneNeedsToKnow() throws IOException {
    sections()
        .forEach(
            (name, text) -> {
              assertThat(text).as(name).containsSubsequence(PARTS);
              assertThat(COMMANDS.matcher(text).results().map(it -> it.group(1)))
                  .as(name)
                  .anyMatch(commands -> SCRIPT.matcher(commands).find());
              if (ofPrometheus(name)) {
                assertThat(PROMQL.matcher(text).find()).as(name).isTrue();
              }
            });
  }

  @Test
  void whereARolloutIsConcernedItSaysWhatToLookAtInTheConsole() throws IOException {
    Map<String, String> concerned = sections();
    concerned
        .entrySet()
        .removeIf(it -> !ofPrometheus(it.getKey()) || !asksOfARollout(it.getValue()));

    assertThat(concerned).hasSizeGreaterThan(5);
    concerned.forEach((name, text) -> assertThat(CONSOLE.matcher(text).find()).as(name).isTrue());
    assertThat(CONSOLE.matcher(text()).results().map(it -> it.group(1))).doesNotHaveDuplicates();
  }

  /// Alarms of CloudWatch are in lower case.
  private static boolean ofPrometheus(String section) {
    return Character.isUpperCase(section.charAt(0));
  }

  private static boolean asksOfARollout(String section) {
    return COMMANDS
        .matcher(section)
        .results()
        .anyMatch(it -> ABOUT_A_ROLLOUT.matcher(it.group(1)).find());
  }

  @Test
  void everyScriptExists() throws IOException {
    Set<String> scripts =
        SCRIPT.matcher(text()).results().map(it -> it.group(1)).collect(Collectors.toSet());

    assertThat(scripts)
        .contains("status", "explain", "history", "rollback")
        .allMatch(name -> Files.isExecutable(Repository.file("scripts/" + name)));
  }

  @Test
  void everyMetricExists() throws IOException {
    assertThat(NamedMetrics.in(text())).isNotEmpty().isSubsetOf(NamedMetrics.known());
  }

  @Test
  void everyExpressionIsOneThatPrometheusUnderstands() throws IOException, InterruptedException {
    List<String> expressions =
        PROMQL.matcher(text()).results().map(it -> it.group(1).strip()).toList();

    assertThat(expressions).hasSizeGreaterThan(20);
    assertThat(Promtool.installed().complaints(expressions)).isEmpty();
  }

  @Test
  void everyErrorLineOfTheServiceIsExplained() throws IOException {
    String section = sections().getOrDefault("SluiceErrorLogged", "");
    Set<String> lines = errorLines();

    assertThat(lines).contains("request broke", "event=door_failed", "a late run was not ended");
    lines.forEach(line -> assertThat(section).contains("`" + line + "`"));
  }

  private static Set<String> errorLines() throws IOException {
    var lines = new HashSet<String>();
    try (Stream<Path> sources = Files.walk(Repository.file("function/src/main/java"))) {
      for (Path source : sources.filter(it -> it.toString().endsWith(".java")).toList()) {
        ERROR_LINE
            .matcher(Files.readString(source, UTF_8))
            .results()
            .forEach(
                it ->
                    lines.add(
                        Stream.of(1, 2, 3)
                            .filter(group -> it.group(group) != null)
                            .map(it::group)
                            .findFirst()
                            .orElseThrow()));
      }
    }
    return lines;
  }

  /// By the last words of their names.
  private static Set<String> alarms() throws IOException {
    String terraform = Files.readString(Repository.file("infra/observability.tf"), UTF_8);
    return Stream.of(
            ALARM_OF_A_LIST.matcher(terraform).results().map(it -> it.group(1)),
            ALARM.matcher(terraform).results().map(it -> it.group(1)),
            ALARM_OF_A_LANE.matcher(terraform).results().map(it -> "lane-" + it.group(1)))
        .flatMap(names -> names)
        .collect(Collectors.toSet());
  }

  private static Map<String, String> sections() throws IOException {
    var sections = new TreeMap<String, String>();
    for (String section : text().split("\n### ", -1)) {
      String[] parts = section.split("\n", 2);
      sections.put(parts[0], parts[1]);
    }
    sections.remove("# Runbook");
    return sections;
  }

  private static String text() throws IOException {
    return Files.readString(Repository.file("dashboards/runbook.md"), UTF_8);
  }
}
