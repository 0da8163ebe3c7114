/**
 * Answers questions about usage across batches from the sink's database: costs by group, latency,
 * errors, dead letters, searched batches, and the figures of the dashboard. Works concurrently with
 * a writing sink, on the thread of the caller; commands ask here, too. Depends on the store and on
 * contracts.
 */
@NullMarked
package dev.millrace.gateway.figures;

import org.jspecify.annotations.NullMarked;
