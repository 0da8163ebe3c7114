package dev.millrace.bench.worker;

import dev.millrace.bench.contender.Kind;

/** One contender at one work. */
record ThroughputRow(Part part, Kind kind, int concurrency, Observed observed) {}
