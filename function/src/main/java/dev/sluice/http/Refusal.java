package dev.sluice.http;

import dev.sluice.api.Problem;

/// Why a message goes no further than the shell.
record Refusal(Problem problem, String detail) {}
