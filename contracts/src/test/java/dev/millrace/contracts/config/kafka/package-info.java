/** Tests of the {@code kafka} section. */
@NullMarked
package dev.millrace.contracts.config.kafka;

import org.jspecify.annotations.NullMarked;
