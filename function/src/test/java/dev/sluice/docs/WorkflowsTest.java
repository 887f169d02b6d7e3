package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.docs.Workflow.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the workflows promise whoever runs them, and the two of their steps that decide something.
final class WorkflowsTest {
  private static final Pattern USES = Pattern.compile("(?m)^[ -]*uses: (.*)$");
  private static final Pattern PINNED =
      Pattern.compile("([a-z0-9-]+/[a-z0-9-]+)@([0-9a-f]{40}) # v\\d+\\.\\d+\\.\\d+");

  /// What a job may have beyond reading the repository: to push images, to be known to AWS.
  private static final Set<String> GRANTS =
      Set.of("contents=read", "packages=read", "packages=write", "id-token=write");

  @TempDir Path folder;

  @Test
  void everyActionIsPinnedByItsCommitAndOnlyOne() throws IOException {
    var pins = new TreeMap<String, String>();
    for (Workflow workflow : Workflow.all()) {
      for (String uses : USES.matcher(workflow.text()).results().map(it -> it.group(1)).toList()) {
        Matcher pinned = PINNED.matcher(uses);
        assertThat(pinned.matches()).as(workflow.name() + " uses " + uses).isTrue();
        String before = pins.putIfAbsent(pinned.group(1), pinned.group(2));
        assertThat(before == null || before.equals(pinned.group(2))).as(uses).isTrue();
      }
    }
    assertThat(pins).hasSizeGreaterThan(5);
  }

  @Test
  void everyWorkflowOnlyReadsUnlessAJobSaysWhatItNeeds() throws IOException {
    for (Workflow workflow : Workflow.all()) {
      assertThat(workflow.map("permissions").toString())
          .as(workflow.name())
          .isEqualTo("{contents=read}");
      workflow
          .jobs()
          .forEach(
              (job, content) ->
                  assertThat(grants(Workflow.mapOf(content)))
                      .as(workflow.name() + " " + job)
                      .isSubsetOf(GRANTS));
    }
  }

  @Test
  void aJobThatMayWriteAllIsSeen() {
    assertThat(grants(Map.of("permissions", "write-all"))).containsExactly("write-all");
    assertThat(grants(Map.of("permissions", Map.of("contents", "write"))))
        .containsExactly("contents=write");
    assertThat(grants(Map.of())).isEmpty();
  }

  /// What a job is granted: `scope=access` each, or the one word that stands for all of them.
  private static List<String> grants(Map<?, ?> job) {
    if (!job.containsKey("permissions")) {
      return List.of();
    }
    return job.get("permissions") instanceof Map<?, ?> scopes
        ? scopes.entrySet().stream().map(Object::toString).toList()
        : List.of(String.valueOf(job.get("permissions")));
  }

  @Test
  void everyJobEndsByItselfAndNoneRunsTwiceAtOnce() throws IOException {
    for (Workflow workflow : Workflow.all()) {
      assertThat(workflow.map("concurrency").get("group")).as(workflow.name()).isNotNull();
      workflow
          .jobs()
          .forEach(
              (job, content) ->
                  assertThat(Workflow.mapOf(content).get("timeout-minutes"))
                      .as(workflow.name() + " " + job)
                      .isInstanceOf(Integer.class));
    }
  }

  @Test
  void noCheckoutLeavesItsToken() throws IOException {
    for (Workflow workflow : Workflow.all()) {
      for (Step step : workflow.steps()) {
        if (String.valueOf(step.members().get("uses")).startsWith("actions/checkout@")) {
          assertThat(Workflow.mapOf(step.members().get("with")).get("persist-credentials"))
              .as(workflow.name() + " " + step)
              .isEqualTo(false);
        }
      }
    }
  }

  /// Whoever names a branch or writes a title would write into the command.
  @Test
  void nothingIsWrittenIntoACommandByGitHub() throws IOException {
    for (Workflow workflow : Workflow.all()) {
      for (Step step : workflow.steps()) {
        assertThat(step.script()).as(workflow.name() + " " + step).doesNotContain("${{");
      }
    }
  }

  @Test
  void everyShellFailsWithTheFirstPartOfAPipe() throws IOException {
    for (Workflow workflow : Workflow.all()) {
      assertThat(Workflow.mapOf(workflow.map("defaults").get("run")).get("shell"))
          .as(workflow.name())
          .isEqualTo("bash");
    }
  }

  @Test
  void everyScriptIsThereAndKnowsTheOptionsItIsCalledWith() throws Exception {
    int calls = 0;
    for (Workflow workflow : Workflow.all()) {
      for (Step step : workflow.steps()) {
        for (String line : step.script().replace("\\\n", " ").lines().toList()) {
          for (ScriptCall call : ScriptCall.in(line)) {
            call.assertKnown(workflow.name() + " " + step);
            calls++;
          }
        }
      }
    }
    assertThat(calls).isGreaterThan(8);
  }

  @Test
  void aRollbackIsInTheSummaryAndFails() throws Exception {
    Step step = Workflow.step("release.yml", "canary", "Deploy, and wait for the proof");
    command("scripts/deploy", "echo '12:03 rolled back by judge: slower'; exit 5");
    command("bin/aws", "echo a-token");

    int code = run(step.script(), Map.of("NAME", "sluice", "PRESET", "canary"));

    assertThat(code).isEqualTo(5);
    assertThat(folder.resolve("summary"))
        .content()
        .contains(": rolled back", "rolled back by judge: slower")
        .doesNotContain("a-token");
  }

  @Test
  void onlyAPromotionIsASuccess() throws Exception {
    Step step = Workflow.step("release.yml", "canary", "Deploy, and wait for the proof");
    command("bin/aws", "echo a-token");

    for (int end : List.of(0, 1, 3, 6, 7)) {
      command("scripts/deploy", "echo ended; exit " + end);

      assertThat(run(step.script(), Map.of("NAME", "sluice", "PRESET", "canary"))).isEqualTo(end);
    }
    assertThat(Workflow.step("release.yml", "stable", "What was promoted is stable").script())
        .contains(":stable");
  }

  @Test
  void aNewDependencyWithAKnownWeaknessFails() throws Exception {
    Step step =
        Workflow.step(
            "ci.yml", "dependencies", "None with a known weakness that is high or critical");
    var environment = Map.of("BASE", "one", "HEAD", "two", "GITHUB_REPOSITORY", "a/b");
    command("bin/gh", "echo '" + changes("added", "critical") + "'");
    assertThat(run(step.script(), environment)).isNotZero();
    command("bin/gh", "echo '" + changes("removed", "critical") + "'");
    assertThat(run(step.script(), environment)).isZero();
    command("bin/gh", "echo '" + changes("added", "low") + "'");
    assertThat(run(step.script(), environment)).isZero();
    command("bin/gh", "exit 1");
    assertThat(run(step.script(), environment)).isNotZero();
  }

  private static String changes(String change, String severity) {
    return """
    [{"change_type": "%s", "package_url": "pkg:maven/a/b@1", "vulnerabilities":
      [{"severity": "%s", "advisory_summary": "bad", "advisory_ghsa_id": "GHSA-1"}]}]\
    """
        .formatted(change, severity);
  }

  private void command(String path, String script) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /// As GitHub runs a step whose shell is `bash`.
  private int run(String script, Map<String, String> environment) throws Exception {
    var builder =
        new ProcessBuilder("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("said").toFile());
    builder.environment().putAll(environment);
    builder.environment().put("GITHUB_STEP_SUMMARY", folder.resolve("summary").toString());
    builder.environment().put("GITHUB_SHA", "0123456");
    builder.environment().put("ARTIFACT_BUCKET", "bucket");
    builder.environment().merge("PATH", folder.resolve("bin") + ":", (path, own) -> own + path);
    return builder.start().waitFor();
  }
}
