/**
 * Runs a whole cluster of real processes under load, harms it from a seed, and compares what was
 * accepted with topics, database, clients and the provider's ledger.
 *
 * <p>{@link dev.millrace.bench.torture.FaultPlan} and {@link
 * dev.millrace.bench.torture.OutcomeCheck} decide; everything else has effects. The main thread
 * harms and heals; clients and links run on virtual threads.
 */
@NullMarked
package dev.millrace.bench.torture;

import org.jspecify.annotations.NullMarked;
