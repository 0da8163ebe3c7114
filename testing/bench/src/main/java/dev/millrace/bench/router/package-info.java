/**
 * {@code millrace bench router}: compares the router with a Kafka Streams topology that copies the
 * same bytes. This process starts and measures one contender process at a time.
 */
@NullMarked
package dev.millrace.bench.router;

import org.jspecify.annotations.NullMarked;
