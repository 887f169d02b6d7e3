package dev.sluice.serving;

import dev.sluice.inference.Buffers;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Input;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Pixels;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/// Makes a model's input of a payload: pixels become floats in a pooled buffer in one pass.
public final class Inputs {
  private static final String TENSORS_ONLY = "this model takes tensors: use /v2";

  private final Buffers buffers;
  private final long maxPixels;

  /// @param maxPixels pixels that the pictures of one request may have, at the size that the model
  ///     takes
  public Inputs(Buffers buffers, long maxPixels) {
    this.buffers = buffers;
    this.maxPixels = maxPixels;
  }

  /// Why a payload does not fit a model, if it does not.
  Optional<String> misfit(Payload payload, Loaded loaded) {
    return switch (payload) {
      case Payload.Tensors(List<Tensor> tensors, Signature signature, Lease lease) ->
          loaded.model().signature().misfit(tensors);
      case Payload.Pictures pictures ->
          switch (loaded.task()) {
            case ImageTask image -> misfit(pictures, image);
            case TextTask text -> Optional.of("this model takes texts");
            case TensorTask tensors -> Optional.of(TENSORS_ONLY);
          };
      case Payload.Texts texts ->
          switch (loaded.task()) {
            case ImageTask image -> Optional.of("this model takes pictures");
            case TextTask text -> Optional.empty();
            case TensorTask tensors -> Optional.of(TENSORS_ONLY);
          };
    };
  }

  private Optional<String> misfit(Payload.Pictures pictures, ImageTask task) {
    if (pictures.size().isPresent() && !task.takes(pictures.size().getAsInt())) {
      return Optional.of(
          "img_size "
              + pictures.size().getAsInt()
              + " does not fit: this model takes "
              + task.width()
              + "x"
              + task.height()
              + "; leave img_size out");
    }
    long height = pictures.size().orElse(task.height());
    long width = pictures.size().orElse(task.width());
    if (height * width > maxPixels / pictures.rows()) {
      return Optional.of(
          pictures.rows()
              + " pictures at "
              + width
              + "x"
              + height
              + " have more than "
              + maxPixels
              + " pixels together (MAX_PIXELS)");
    }
    return Optional.empty();
  }

  /// The input for one version, if there is memory for it outside of the heap. The JDK says that
  /// there is none by an error, after which everything else goes on as before.
  ///
  /// @throws ModelError when the version takes other tensors than stable does
  Optional<Input> ifRoom(Payload payload, Loaded loaded) throws ModelError {
    try {
      return Optional.of(of(payload, loaded));
    } catch (OutOfMemoryError none) {
      return Optional.empty();
    }
  }

  /// The input for one version; the caller closes it, or hands it on to be closed.
  Input of(Payload payload, Loaded loaded) throws ModelError {
    return switch (payload) {
      case Payload.Tensors tensors -> ofTensors(tensors, loaded.model().signature());
      case Payload.Texts texts -> ofTexts(texts);
      case Payload.Pictures pictures -> ofPictures(pictures, (ImageTask) loaded.task());
    };
  }

  private static Input ofTensors(Payload.Tensors payload, Signature signature) throws ModelError {
    Optional<String> misfit = signature.misfit(payload.tensors());
    if (misfit.isPresent()) {
      throw new ModelError(ModelError.Kind.INVALID_ARGUMENT, misfit.get());
    }
    payload.hold();
    // A shadow reads the same memory, with a place of its own in it.
    List<Tensor> views = payload.tensors().stream().map(Tensor::view).toList();
    return new Input(views, signature.rows(views), payload::letGo);
  }

  private static Input ofTexts(Payload.Texts texts) {
    var tensor = new Tensor.Strings(List.of((long) texts.rows()), texts.texts());
    return new Input(List.of(tensor), texts.rows(), () -> {});
  }

  private Input ofPictures(Payload.Pictures payload, ImageTask task) {
    int height = payload.size().orElse(task.height());
    int width = payload.size().orElse(task.width());
    int numbers = height * width * task.channels().count();
    ByteBuffer buffer = buffers.take(Math.multiplyExact(payload.rows(), numbers * Float.BYTES));
    FloatBuffer floats = buffer.asFloatBuffer();
    int row = 0;
    for (Pixels pixels : payload.pictures()) {
      task.encode(pixels, height, width, floats.slice(row * numbers, numbers));
      row++;
    }
    var tensor =
        new Tensor.Numbers(ElementType.FLOAT, shape(payload.rows(), height, width, task), buffer);
    return new Input(List.of(tensor), payload.rows(), () -> buffers.give(buffer));
  }

  private static List<Long> shape(long rows, long height, long width, ImageTask task) {
    long channels = task.channels().count();
    return switch (task.layout()) {
      case NCHW -> List.of(rows, channels, height, width);
      case NHWC -> List.of(rows, height, width, channels);
    };
  }
}
