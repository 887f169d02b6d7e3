/// Load tests by Gatling: each simulation sends what its name says, counts what came back, and
/// writes `summary.json`. `scripts/load` runs them; function/docs/load.md says how to read the
/// result.
package dev.sluice.load;
