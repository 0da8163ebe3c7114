/**
 * Finished jobs, and the programs that store them: the sink, and bare upserts. Depends on {@code
 * cluster} and {@code process}.
 */
@NullMarked
package dev.millrace.bench.store;

import org.jspecify.annotations.NullMarked;
