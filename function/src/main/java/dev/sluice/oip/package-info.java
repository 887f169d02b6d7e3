/// The Open Inference Protocol's requests and answers as bytes: from a body to tensors and back, in
/// one pass and without a tree; and the rows of KServe's version 1 and Vertex AI, by the same rules
/// for numbers. It knows no HTTP.
@NullMarked
package dev.sluice.oip;

import org.jspecify.annotations.NullMarked;
