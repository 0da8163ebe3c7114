/** Tests of the Batch API. */
@NullMarked
package dev.millrace.gateway.batch;

import org.jspecify.annotations.NullMarked;
