/** Tests of limits that the workers of a cluster share, on the embedded broker. */
@NullMarked
package dev.millrace.worker.integration.limits;

import org.jspecify.annotations.NullMarked;
