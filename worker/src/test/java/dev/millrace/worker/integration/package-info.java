/** Tests of the worker on the real broker, with the simulator as its provider. */
@NullMarked
package dev.millrace.worker.integration;

import org.jspecify.annotations.NullMarked;
