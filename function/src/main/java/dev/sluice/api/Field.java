package dev.sluice.api;

/// One header field of a response.
public record Field(String name, String value) {}
