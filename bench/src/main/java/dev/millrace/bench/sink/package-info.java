/**
 * {@code bench sink}: rows per second of the sink beside bare upserts of the same rows, latency of
 * its API, and an export. Runs on the calling thread, requests to the API on threads of their own;
 * sink, upserts and broker are separate processes. Depends on {@code cluster}, {@code database},
 * {@code figures}, {@code process}, {@code report} and {@code store}.
 */
@NullMarked
package dev.millrace.bench.sink;

import org.jspecify.annotations.NullMarked;
