package dev.sluice.api;

/// A request as far as counting it is concerned.
record Visit(Endpoint endpoint, String method, Trace trace, long arrivedNanos) {}
