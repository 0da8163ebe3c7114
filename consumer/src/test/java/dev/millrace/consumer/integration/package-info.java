/** Tests of the consumer on an embedded broker. */
@NullMarked
package dev.millrace.consumer.integration;

import org.jspecify.annotations.NullMarked;
