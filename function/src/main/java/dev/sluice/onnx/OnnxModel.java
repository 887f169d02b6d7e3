package dev.sluice.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model in the ONNX runtime. One session serves concurrent runs; a second would only double the
/// memory.
///
/// Three things of the runtime's Java API show through. An input with a default (an initializer)
/// is not listed by it and cannot be given: the model always runs with its default. An input whose
/// rank the file does not say is listed as a scalar. And texts pass as *modified UTF-8*, in which
/// a character beyond U+FFFF, such as an emoji, is two encoded surrogates, and U+0000 two bytes: a
/// text that a model only hands through comes back as it went in, even half a surrogate pair, but
/// a model that looks into it sees bytes that are not UTF-8, and such a character in a text of the
/// model's own comes out as others.
final class OnnxModel implements Model {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final UnsignedTensors unsigned;
  private final Watchdog watchdog;
  private final Signature signature;

  private OnnxModel(
      OrtEnvironment environment,
      OrtSession session,
      UnsignedTensors unsigned,
      Watchdog watchdog,
      Signature signature) {
    this.environment = environment;
    this.session = session;
    this.unsigned = unsigned;
    this.watchdog = watchdog;
    this.signature = signature;
  }

  /// Takes the session over; closes it when it has inputs or outputs that are not tensors.
  ///
  /// @param opener for what is needed besides
  static OnnxModel of(
      OrtEnvironment environment,
      OrtSession session,
      UnsignedTensors.Opener opener,
      Watchdog watchdog)
      throws OrtException, ModelError {
    try {
      var signature =
          new Signature(
              ports(session.getInputInfo().values()), ports(session.getOutputInfo().values()));
      var unsigned = UnsignedTensors.of(signature.inputs(), opener);
      return new OnnxModel(environment, session, unsigned, watchdog, signature);
    } catch (OrtException | ModelError refused) {
      session.close();
      throw refused;
    }
  }

  private static List<Signature.Port> ports(Collection<NodeInfo> nodes) throws ModelError {
    var ports = new ArrayList<Signature.Port>();
    for (NodeInfo node : nodes) {
      if (!(node.getInfo() instanceof TensorInfo tensor)) {
        throw new ModelError(ModelError.Kind.INVALID_ARGUMENT, node.getName() + " is not a tensor");
      }
      var shape = new ArrayList<Long>();
      for (long length : tensor.getShape()) {
        shape.add(length < 0 ? Signature.ANY : length);
      }
      ports.add(new Signature.Port(node.getName(), ElementTypes.of(tensor), shape));
    }
    return ports;
  }

  Map<String, String> metadata() throws ModelError {
    try {
      return session.getMetadata().getCustomMetadata();
    } catch (OrtException broken) {
      throw failed(broken);
    }
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs, Deadline deadline) throws ModelError {
    check(inputs);
    var named = new LinkedHashMap<String, OnnxTensor>();
    try (var watch = watchdog.watch(deadline)) {
      try {
        for (int i = 0; i < inputs.size(); i++) {
          named.put(signature.inputs().get(i).name(), toRuntime(inputs.get(i)));
        }
        try (OrtSession.Result result = session.run(named, watch.options())) {
          return fromRuntime(result);
        }
      } catch (OrtException broken) {
        throw watch.ended()
            ? new ModelError(ModelError.Kind.CANCELLED, "the deadline passed", broken)
            : failed(broken);
      } finally {
        named.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException noWatch) {
      throw failed(noWatch);
    }
  }

  private static ModelError failed(OrtException broken) {
    ModelError.Kind kind =
        switch (broken.getCode()) {
          case ORT_INVALID_ARGUMENT -> ModelError.Kind.INVALID_ARGUMENT;
          default -> ModelError.Kind.FAILED;
        };
    return new ModelError(kind, Messages.oneLine(broken.getMessage()), broken);
  }

  /// The runtime would refuse another type, too, but it cannot tell unsigned integers from signed
  /// ones here.
  private void check(List<Tensor> inputs) throws ModelError {
    List<Signature.Port> ports = signature.inputs();
    if (inputs.size() != ports.size()) {
      throw new ModelError(
          ModelError.Kind.INVALID_ARGUMENT,
          "the model takes " + ports.size() + " inputs: " + inputs.size());
    }
    for (int at = 0; at < ports.size(); at++) {
      if (inputs.get(at).type() != ports.get(at).type()) {
        throw new ModelError(
            ModelError.Kind.INVALID_ARGUMENT,
            ports.get(at).name()
                + " takes "
                + ports.get(at).type()
                + ", not "
                + inputs.get(at).type());
      }
    }
  }

  private OnnxTensor toRuntime(Tensor tensor) throws OrtException {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return switch (tensor) {
      case Tensor.Strings strings ->
          OnnxTensor.createTensor(environment, strings.values().toArray(new String[0]), shape);
      case Tensor.Numbers numbers ->
          numbers.type() == ElementType.FLOAT
              ? OnnxTensor.createTensor(environment, numbers.data().asFloatBuffer(), shape)
              : unsigned.as(
                  numbers.type(),
                  OnnxTensor.createTensor(
                      environment,
                      direct(numbers.data()),
                      shape,
                      ElementTypes.toRuntime(numbers.type())));
    };
  }

  // Of a buffer on the heap the runtime's Java API makes a copy, and trips over it for most types.
  private static ByteBuffer direct(ByteBuffer data) {
    return data.isDirect()
        ? data
        : ByteBuffer.allocateDirect(data.remaining())
            .order(ByteOrder.nativeOrder())
            .put(data.duplicate())
            .flip();
  }

  private static List<Tensor> fromRuntime(OrtSession.Result result)
      throws OrtException, ModelError {
    var outputs = new ArrayList<Tensor>(result.size());
    for (Map.Entry<String, OnnxValue> entry : result) {
      outputs.add(fromRuntime((OnnxTensor) entry.getValue()));
    }
    return outputs;
  }

  private static Tensor fromRuntime(OnnxTensor tensor) throws OrtException, ModelError {
    TensorInfo info = tensor.getInfo();
    var shape = new ArrayList<Long>();
    for (long length : info.getShape()) {
      shape.add(length);
    }
    if (info.type == OnnxJavaType.STRING) {
      return new Tensor.Strings(shape, Strings.flat(tensor.getValue()));
    }
    return new Tensor.Numbers(
        ElementTypes.of(info), shape, tensor.getByteBuffer().order(ByteOrder.nativeOrder()));
  }

  @Override
  public void close() {
    unsigned.close();
    try {
      session.close();
    } catch (OrtException broken) {
      throw new IllegalStateException("a session does not close", broken);
    }
  }
}
