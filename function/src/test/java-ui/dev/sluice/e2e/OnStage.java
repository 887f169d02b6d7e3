package dev.sluice.e2e;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives tests the one [Stage], opened for the first of them and closed after the last. Where no
/// Chromium is, they are skipped; with `CI=true` they fail.
final class OnStage implements ParameterResolver, ExecutionCondition {
  private static final Namespace ALL = Namespace.create(OnStage.class);
  private static final String NONE =
      "no Chromium: install one (Debian: apt-get install chromium), or name it in SLUICE_CHROMIUM";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Chromium.find(System.getenv()).isPresent()) {
      return ConditionEvaluationResult.enabled("there is a Chromium");
    }
    if (Installed.demanded()) {
      throw new AssertionError(NONE);
    }
    return ConditionEvaluationResult.disabled(NONE);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ALL)
        .getOrComputeIfAbsent(Stage.class, absent -> opened(), Stage.class);
  }

  private static Stage opened() {
    try {
      return Stage.open(Chromium.find(System.getenv()).orElseThrow());
    } catch (Exception failed) {
      throw new AssertionError("the stage does not open", failed);
    }
  }
}
