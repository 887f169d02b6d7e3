package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Endpoint;
import dev.sluice.api.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds the documents to what they point at and to what the code says.
final class DocumentsTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset)=\"([^\"]+)\"");
  private static final List<String> FOLDERS =
      List.of(
          "",
          ".github",
          "dashboards",
          "function/docs",
          "function/docs/adr",
          "infra",
          "infra/kubernetes",
          "infra/local",
          "models");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (\\d{3}) \\| `([a-z-]+)` \\| ([^|]+) \\|");

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    for (Path document : documents()) {
      String text = Files.readString(document);
      for (String link : LINK.matcher(text).results().map(DocumentsTest::target).toList()) {
        if (!link.contains("://") && !leadsSomewhere(document, link)) {
          broken.add(document + " -> " + link);
        }
      }
    }

    assertThat(broken).isEmpty();
    assertThat(documents()).hasSizeGreaterThan(5);
  }

  @Test
  void theTableOfProblemsIsTheOneInTheCode() throws IOException {
    Set<String> inTheCode =
        Arrays.stream(Problem.values())
            .map(it -> it.status() + " " + it.slug() + " " + it.title())
            .collect(Collectors.toCollection(TreeSet::new));
    Matcher rows = ROW.matcher(Repository.text("function/docs/api.md"));

    List<String> documented =
        rows.results()
            .map(it -> it.group(1) + " " + it.group(2) + " " + it.group(3).strip())
            .toList();

    assertThat(documented).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(documented)).isEqualTo(inTheCode);
  }

  @Test
  void theApiPageHasEveryEndpoint() throws IOException {
    String page = Repository.text("function/docs/api.md");

    for (Endpoint endpoint : Endpoint.values()) {
      if (endpoint != Endpoint.OTHER) {
        for (String method : endpoint.methods()) {
          assertThat(page).contains("`" + method + " " + endpoint.path());
        }
      }
    }
  }

  @Test
  void decisionsFitOnAPageAndSayWhatWasRejected() throws IOException {
    List<Path> decisions =
        documents().stream()
            .filter(it -> it.getFileName().toString().matches("\\d{4}-.*\\.md"))
            .toList();

    assertThat(decisions).isNotEmpty();
    for (Path decision : decisions) {
      assertThat(Files.readAllLines(decision)).as(decision.toString()).hasSizeLessThanOrEqualTo(40);
      assertThat(Files.readString(decision))
          .as(decision.toString())
          .contains("## Context", "## Choice", "## Rejected", "## What would reopen it");
    }
  }

  /// The project's own Markdown: not what a build or a tool has put there.
  private static List<Path> documents() throws IOException {
    var documents = new ArrayList<Path>();
    for (String folder : FOLDERS) {
      Path listed = Repository.root().resolve(folder);
      if (Files.isDirectory(listed)) {
        try (Stream<Path> entries = Files.list(listed)) {
          entries.filter(it -> it.toString().endsWith(".md")).forEach(documents::add);
        }
      }
    }
    return documents;
  }

  /// Of a link or of a picture.
  private static String target(MatchResult link) {
    return link.group(1) == null ? link.group(2) : link.group(1);
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file).normalize();
    return Files.exists(target) && (hash < 0 || hasHeading(target, link.substring(hash + 1)));
  }

  private static boolean hasHeading(Path target, String anchor) throws IOException {
    return HEADING
        .matcher(Files.readString(target))
        .results()
        .map(DocumentsTest::anchor)
        .anyMatch(anchor::equals);
  }

  /// As GitHub makes them: lower case, blanks to dashes, other marks dropped.
  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9 _-]", "")
        .replace(' ', '-');
  }
}
