package dev.sluice.backtest;

import dev.sluice.routing.Share;

/// What one rollout came to.
///
/// @param minutes from the first step to the end
/// @param canaryRequests that the canary answered until then, counted or not
/// @param excessErrors bad answers that stable would not have given; below 0 with luck
/// @param reached the largest share that the canary had; all of it when it was promoted
public record Run(
    End end, double minutes, double canaryRequests, double excessErrors, Share reached) {}
