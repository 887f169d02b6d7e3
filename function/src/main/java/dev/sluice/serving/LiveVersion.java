package dev.sluice.serving;

import dev.sluice.batching.Batcher;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.inference.Loaded;

/// A loaded version with its queue and the record of its last minute.
public record LiveVersion(Loaded loaded, Batcher batcher, ErrorRate errors) {}
