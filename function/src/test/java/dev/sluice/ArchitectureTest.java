package dev.sluice;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Holds the packages to what they may know. The rules are plain tests: as annotated fields they
/// were seen to run not at all and stay green.
class ArchitectureTest {
  private static final String ROOT = "dev.sluice.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.sluice");

  /// Which of our packages each may import.
  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("statistics", Set.of()),
          Map.entry("inference", Set.of()),
          Map.entry("admission", Set.of()),
          Map.entry("oip", Set.of("inference")),
          Map.entry("batching", Set.of("inference")),
          Map.entry("routing", Set.of("inference")),
          Map.entry("experiment", Set.of("statistics", "inference", "routing")),
          Map.entry("backtest", Set.of("rollout", "experiment", "statistics", "routing")),
          Map.entry("journal", Set.of("control", "rollout", "experiment", "statistics", "routing")),
          Map.entry("control", Set.of("rollout", "experiment", "statistics", "routing")),
          Map.entry(
              "announce", Set.of("control", "rollout", "experiment", "statistics", "routing")),
          Map.entry(
              "store",
              Set.of(
                  "api", "control", "journal", "rollout", "experiment", "statistics", "routing")),
          Map.entry(
              "aws",
              Set.of(
                  "api", "control", "journal", "rollout", "experiment", "statistics", "routing")),
          Map.entry(
              "nginx",
              Set.of("control", "rollout", "experiment", "statistics", "routing", "inference")),
          Map.entry("rollout", Set.of("experiment", "routing", "inference", "statistics")),
          Map.entry(
              "serving",
              Set.of("admission", "routing", "batching", "inference", "experiment", "statistics")),
          Map.entry(
              "api",
              Set.of(
                  "control",
                  "oip",
                  "rollout",
                  "serving",
                  "admission",
                  "routing",
                  "batching",
                  "inference",
                  "experiment",
                  "statistics")),
          Map.entry("http", Set.of("api")),
          Map.entry("onnx", Set.of("inference")),
          Map.entry("image", Set.of("inference")),
          Map.entry(
              "telemetry",
              Set.of(
                  "announce",
                  "api",
                  "control",
                  "rollout",
                  "serving",
                  "admission",
                  "batching",
                  "routing",
                  "inference",
                  "statistics",
                  "experiment")));

  private static final List<String> PURE =
      List.of(
          "statistics",
          "inference",
          "oip",
          "admission",
          "batching",
          "routing",
          "experiment",
          "rollout",
          "control",
          "backtest");

  @Test
  void everyPackageImportsOnlyWhatItMay() {
    MAY_IMPORT.forEach(
        (name, allowed) -> {
          String[] forbidden =
              MAY_IMPORT.keySet().stream()
                  .filter(other -> !other.equals(name) && !allowed.contains(other))
                  .map(other -> ROOT + other + "..")
                  .toArray(String[]::new);
          noClasses()
              .that()
              .resideInAPackage(ROOT + name + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden)
              .orShould()
              .dependOnClassesThat()
              .resideInAPackage(ROOT + "config..")
              .allowEmptyShould(true)
              .check(CLASSES);
        });
  }

  @Test
  void everyPackageIsKnownToTheRules() {
    Stream<String> found =
        CLASSES.stream().map(JavaClass::getPackageName).map(name -> name.split("\\.")[2]);

    assertThat(found.distinct().filter(name -> !name.equals("config")))
        .isSubsetOf(MAY_IMPORT.keySet());
  }

  @Test
  void pureAreThePackagesThatDecide() {
    noClasses()
        .that(inPure())
        .and()
        .resideOutsideOfPackages(ROOT + "statistics..", ROOT + "oip..")
        .should()
        .dependOnClassesThat(
            resideOutsideOf("java..", "javax.crypto..", "dev.sluice..", "org.jspecify.."))
        .check(CLASSES);
  }

  @Test
  void statisticsMayBesidesUseSpecialFunctions() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "statistics..")
        .should()
        .dependOnClassesThat(
            resideOutsideOf(
                "java..", "dev.sluice..", "org.jspecify..", "org.apache.commons.numbers.."))
        .check(CLASSES);
  }

  @Test
  void theProtocolMayBesidesUseAnExactNumberParser() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "oip..")
        .should()
        .dependOnClassesThat(
            resideOutsideOf(
                "java..", "dev.sluice..", "org.jspecify..", "ch.randelshofer.fastdoubleparser"))
        .check(CLASSES);
  }

  @Test
  void onlyTheProtocolSeesTheNumberParser() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "oip..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ch.randelshofer..")
        .check(CLASSES);
  }

  @Test
  void pureCodeHasNoClockNoChanceAndNoThreads() {
    noClasses()
        .that(inPure())
        .and()
        .haveNameNotMatching("dev\\.sluice\\.batching\\.Dispatcher(\\$.*)?")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould(startThreads())
        .check(CLASSES);
  }

  @Test
  void onlyOnnxSeesTheRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sluice.onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(CLASSES);
  }

  @Test
  void onlyAwsSeesItsSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.sluice.aws..")
        .and()
        // The handler, which wires: Lambda asks it to implement an interface.
        .doNotHaveFullyQualifiedName("dev.sluice.config.Lambda")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..", "com.amazonaws..")
        .check(CLASSES);
  }

  @Test
  void onlyHttpAndItsWiringSeeNetty() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.sluice.http..", "dev.sluice.config..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty..")
        .check(CLASSES);
  }

  @Test
  void theApiKnowsAJsonLibraryAndNothingElse() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.sluice.api..", "dev.sluice.serving..")
        .should()
        .dependOnClassesThat(
            resideOutsideOf(
                "java..", "javax.crypto..", "dev.sluice..", "org.jspecify..", "com.fasterxml.."))
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should(
            new ArchCondition<JavaClass>("live in a package that is @NullMarked") {
              @Override
              public void check(JavaClass item, ConditionEvents events) {
                boolean marked = item.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(item, marked, item.getPackageName()));
              }
            })
        .check(CLASSES);
  }

  @Test
  void noPackagesGoRoundInCircles() {
    slices().matching("dev.sluice.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void noNameSaysNothing() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .check(CLASSES);
  }

  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> inPure() {
    return resideInAPackage(ROOT + "(" + String.join("|", PURE) + ")..")
        .as("are in a pure package");
  }

  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> resideOutsideOf(
      String... packages) {
    return JavaClass.Predicates.resideOutsideOfPackages(packages);
  }

  private static ArchCondition<JavaClass> startThreads() {
    return new ArchCondition<>("start threads") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        item.getMethodCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().isEquivalentTo(Thread.class))
            .filter(
                call ->
                    Set.of("start", "sleep", "ofVirtual", "ofPlatform", "startVirtualThread")
                        .contains(call.getName()))
            .forEach(
                call -> events.add(SimpleConditionEvent.satisfied(call, call.getDescription())));
      }
    };
  }
}
