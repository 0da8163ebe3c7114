/**
 * {@code millrace bench worker}: compares the worker with other ways to process jobs whose calls
 * take time. Runs on the main thread, one contender at a time.
 */
@NullMarked
package dev.millrace.bench.worker;

import org.jspecify.annotations.NullMarked;
