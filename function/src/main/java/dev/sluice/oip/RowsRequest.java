package dev.sluice.oip;

import java.util.OptionalLong;

/// A request in the manner of KServe's version 1, TensorFlow Serving and Vertex AI. Whoever has it
/// closes what it asks.
///
/// @param infer what it asks
/// @param rows how many `instances` it has, each of which gets one prediction; empty where it gives
///     whole `inputs` and gets whole outputs
public record RowsRequest(InferRequest infer, OptionalLong rows) {}
