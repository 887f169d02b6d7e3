package dev.sluice.statistics;

/// What a test remembers between windows: values only, so that it can be stored and compared.
public sealed interface TestState permits RatioState, RateState, QuantileState, MeanState {
  Progress progress();
}
