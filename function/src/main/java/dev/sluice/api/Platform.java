package dev.sluice.api;

/// Another platform whose container contract is answered where an operator wants it.
public enum Platform {
  SAGEMAKER,
  /// KServe's version 1, which is TensorFlow Serving's.
  KSERVE,
  VERTEX
}
