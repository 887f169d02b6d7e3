package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.inference.Classification;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Tensor;
import java.util.List;
import java.util.Optional;

/// A fixed request and the class that the right answer to it has.
///
/// @param payload one row
/// @param expected index of the class
public record KnownAnswer(Payload payload, int expected) {

  /// What came of asking.
  public sealed interface Result {
    record Right() implements Result {}

    record Wrong(String expected, String answered) implements Result {}

    /// The version gave no answer.
    record Broken(String why) implements Result {}

    /// The version was not asked: others wait.
    record NoRoom() implements Result {}
  }

  /// Asks a version that serves, in the line of its callers.
  public Result ask(LiveVersion live, Inputs inputs, Deadline deadline)
      throws InterruptedException {
    Optional<Input> room;
    try {
      room = inputs.ifRoom(payload, live.loaded());
    } catch (ModelError misfit) {
      return broken(misfit);
    }
    if (room.isEmpty()) {
      return new Result.NoRoom();
    }
    return switch (live.batcher().submit(room.get(), deadline)) {
      case Answer.Done done -> read(done.outputs(), live.loaded());
      case Answer.Failed(ModelError error) -> broken(error);
      case Answer.Expired(Answer.Reached reached) ->
          switch (reached) {
            case QUEUE -> new Result.NoRoom();
            case RUN -> new Result.Broken("gave no answer before the deadline");
          };
      case Answer.Full full -> new Result.NoRoom();
      case Answer.Closed closed -> new Result.NoRoom();
    };
  }

  /// Asks a version that serves nobody.
  public Result ask(Loaded loaded, Inputs inputs, Deadline deadline) {
    try (Input input = inputs.of(payload, loaded)) {
      return read(loaded.model().run(input.tensors(), deadline), loaded);
    } catch (ModelError error) {
      return broken(error);
    }
  }

  private Result read(List<Tensor> outputs, Loaded loaded) {
    try {
      Classification answer = Outputs.read(outputs, loaded.task(), payload.rows()).getFirst();
      return answer.argmax() == expected
          ? new Result.Right()
          : new Result.Wrong(named(expected, loaded), named(answer.argmax(), loaded));
    } catch (ModelError unusable) {
      return broken(unusable);
    }
  }

  private static Result broken(ModelError error) {
    return new Result.Broken("gave no answer: " + error.getMessage());
  }

  private static String named(int index, Loaded loaded) {
    List<String> labels = loaded.task().labels();
    return index < labels.size() ? labels.get(index) : Integer.toString(index);
  }
}
