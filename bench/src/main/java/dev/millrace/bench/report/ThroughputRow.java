package dev.millrace.bench.report;

import dev.millrace.bench.contender.Kind;

/** One contender at one work. */
public record ThroughputRow(Part part, Kind kind, int concurrency, Observed observed) {}
