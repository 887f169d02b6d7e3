package dev.sluice.serving;

import dev.sluice.batching.Batcher;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Page;
import dev.sluice.inference.Loaded;

/// A loaded version with its queue, the record of its last minute, its page in the ledger and what
/// it has done in all.
public record LiveVersion(
    Loaded loaded, Batcher batcher, ErrorRate errors, Page page, Statistics statistics) {
  /// One that has done nothing.
  public LiveVersion(Loaded loaded, Batcher batcher, ErrorRate errors, Page page) {
    this(loaded, batcher, errors, page, new Statistics());
  }
}
