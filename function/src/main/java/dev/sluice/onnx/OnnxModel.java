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
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A model in the ONNX runtime. One session serves concurrent runs; a second would only double the
/// memory.
final class OnnxModel implements Model {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Watchdog watchdog;
  private final Signature signature;

  private OnnxModel(
      OrtEnvironment environment, OrtSession session, Watchdog watchdog, Signature signature) {
    this.environment = environment;
    this.session = session;
    this.watchdog = watchdog;
    this.signature = signature;
  }

  /// Takes the session over; closes it when it has inputs or outputs that are not tensors.
  static OnnxModel of(OrtEnvironment environment, OrtSession session, Watchdog watchdog)
      throws OrtException, ModelError {
    try {
      var signature =
          new Signature(
              ports(session.getInputInfo().values()), ports(session.getOutputInfo().values()));
      return new OnnxModel(environment, session, watchdog, signature);
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

  private OnnxTensor toRuntime(Tensor tensor) throws OrtException {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return switch (tensor) {
      case Tensor.Strings strings ->
          OnnxTensor.createTensor(environment, strings.values().toArray(new String[0]), shape);
      case Tensor.Numbers numbers ->
          numbers.type() == ElementType.FLOAT
              ? OnnxTensor.createTensor(environment, numbers.data().asFloatBuffer(), shape)
              : OnnxTensor.createTensor(
                  environment, numbers.data(), shape, ElementTypes.toRuntime(numbers.type()));
    };
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
    try {
      session.close();
    } catch (OrtException broken) {
      throw new IllegalStateException("a session does not close", broken);
    }
  }
}
