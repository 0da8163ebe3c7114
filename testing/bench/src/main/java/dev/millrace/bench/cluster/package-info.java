/**
 * The broker for measurements, the jobs written to it, readers of committed records, and the bare
 * clients of what is compared with Millrace.
 */
@NullMarked
package dev.millrace.bench.cluster;

import org.jspecify.annotations.NullMarked;
