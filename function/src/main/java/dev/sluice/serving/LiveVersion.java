package dev.sluice.serving;

import dev.sluice.batching.Batcher;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Page;
import dev.sluice.inference.Loaded;

/// A loaded version with its queue, the record of its last minute and its page in the ledger.
public record LiveVersion(Loaded loaded, Batcher batcher, ErrorRate errors, Page page) {}
