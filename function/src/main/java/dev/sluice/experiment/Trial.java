package dev.sluice.experiment;

import dev.sluice.statistics.Account;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.SequentialTest;
import dev.sluice.statistics.TestState;
import java.util.OptionalDouble;
import java.util.function.Function;

/// One guard on trial: its test, and how a window is read for it.
///
/// @param type of the states of the test: evidence is stored without it
/// @param <S> what the test remembers
/// @param <W> what a window brings to it
record Trial<S extends TestState, W>(
    Guard guard,
    Levels levels,
    SequentialTest<S, W> test,
    Class<S> type,
    Function<Window, W> reader) {

  TestState start() {
    return test.start();
  }

  TestState after(TestState state, Window window) {
    return resumed(state).after(own(state), reader.apply(window));
  }

  Reading read(TestState state) {
    return resumed(state).read(own(state));
  }

  Account account(TestState state, double gamma) {
    return resumed(state).account(own(state), gamma);
  }

  OptionalDouble forecast(TestState state, Reading.Step step, double present) {
    return resumed(state).forecast(own(state), step, present);
  }

  // The plan may have been edited since.
  private SequentialTest<S, W> resumed(TestState state) {
    return test.resuming(own(state));
  }

  private S own(TestState state) {
    if (!type.isInstance(state)) {
      throw new IllegalArgumentException(
          "guard " + guard.name() + " has evidence of another kind: " + state.getClass());
    }
    return type.cast(state);
  }
}
