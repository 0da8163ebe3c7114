/** The sink on a real broker. */
@NullMarked
package dev.millrace.sink.integration;

import org.jspecify.annotations.NullMarked;
