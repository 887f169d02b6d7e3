package dev.sluice.control;

import dev.sluice.rollout.Plan;

/// A rollout that somebody wants.
public record Proposal(String model, String canary, Plan plan, About about) {}
