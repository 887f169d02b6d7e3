/// The ONNX runtime behind the ports of `inference`.
@NullMarked
package dev.sluice.onnx;

import org.jspecify.annotations.NullMarked;
