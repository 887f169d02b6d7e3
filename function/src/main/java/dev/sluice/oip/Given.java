package dev.sluice.oip;

import dev.sluice.inference.Tensor;

/// An input that a request gives.
///
/// @param port its index among the signature's inputs
public record Given(int port, Tensor tensor) {}
