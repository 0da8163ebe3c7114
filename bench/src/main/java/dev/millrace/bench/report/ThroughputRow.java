package dev.millrace.bench.report;

import dev.millrace.bench.contender.Contender;

/** The throughput of one contender with one kind of work. */
public record ThroughputRow(
        Measurement measurement, Contender contender, int concurrency, ContenderResult result) {}
