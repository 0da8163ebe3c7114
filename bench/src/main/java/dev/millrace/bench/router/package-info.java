/**
 * {@code millrace bench router}: the router beside a Kafka Streams topology that only passes the
 * same bytes on. One process is measured at a time, each started by this one.
 */
@NullMarked
package dev.millrace.bench.router;

import org.jspecify.annotations.NullMarked;
