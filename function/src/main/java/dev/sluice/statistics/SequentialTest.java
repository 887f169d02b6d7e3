package dev.sluice.statistics;

import java.util.List;
import java.util.OptionalDouble;

/// A test that may be looked at after every window without losing its error rates.
///
/// It is a fold: a state and a closed window give the next state. Neither knows a clock; a window
/// must come once, in order, which is for the caller to see to. Immutable, thread-safe.
///
/// @param <S> what it remembers
/// @param <W> what one window brings
public sealed interface SequentialTest<S extends TestState, W>
    permits RatioTest, RateTest, QuantileTest, MeanTest {

  /// Before the first window.
  S start();

  /// This test for a state that may have been started under a plan with other shares: what was
  /// learned stays. For a share that was not planned then a stricter margin is taken.
  SequentialTest<S, W> resuming(S state);

  /// After a window. One that is invalid or has nothing to compare is only counted.
  ///
  /// @throws IllegalArgumentException when the state was made by a test of other rules
  S after(S state, W window);

  /// What the state says.
  Reading read(S state);

  /// What people are shown beside the verdict, with an interval that has confidence `1 - gamma` at
  /// all looks together.
  Account account(S state, double gamma);

  /// How many more canary requests prove safety for a share, were the canary like stable: half of
  /// such canaries need fewer. 0 when it is proven; empty when it is not to be expected.
  ///
  /// @param step what the test says now for that share
  /// @param present the share of the canary until then, a fraction
  OptionalDouble forecast(S state, Reading.Step step, double present);

  /// The shares that it reads for: those of the plan, then 1.
  List<Double> shares();
}
