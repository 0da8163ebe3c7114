package dev.millrace.bench.resilience;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The figures of a backlog whose provider failed.
 *
 * @param what the fault, and how the worker handles it
 * @param jobs size of the backlog
 * @param failed jobs that ended with an error
 * @param calls calls that reached the provider during the fault; empty when none can
 * @param afterRepair time from the repair to the last result; zero when all jobs had one before
 * @param problem missing or superfluous results; empty when there are none
 */
record FaultRow(
        FaultCase what,
        int jobs,
        int failed,
        OptionalLong calls,
        Duration afterRepair,
        Optional<String> problem) {}
