/** Tests of forwarded events of streams, on the embedded broker. */
@NullMarked
package dev.millrace.worker.integration.chunk;

import org.jspecify.annotations.NullMarked;
