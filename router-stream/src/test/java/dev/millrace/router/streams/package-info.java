/** Tests of the adaptation of Kafka Streams. */
@NullMarked
package dev.millrace.router.streams;

import org.jspecify.annotations.NullMarked;
