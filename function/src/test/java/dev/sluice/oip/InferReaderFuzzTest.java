package dev.sluice.oip;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Reads what a fuzzer makes up. In the usual build it only reads the saved corpus, in
/// `src/test/resources`; `scripts/test fuzz` lets the fuzzer look for a minute. A finding is saved
/// beside the corpus, to stay there as a test.
class InferReaderFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void everyBodyIsReadOrRefusedAndLeavesNothingBehind(byte[] input) {
    AnyBody.mustHold(input);
  }
}
