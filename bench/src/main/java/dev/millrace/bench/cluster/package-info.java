/** The broker for measurements, the jobs written to it, and the committed reader of the output. */
@NullMarked
package dev.millrace.bench.cluster;

import org.jspecify.annotations.NullMarked;
