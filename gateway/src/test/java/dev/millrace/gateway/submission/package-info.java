/** Tests of accepted batches. */
@NullMarked
package dev.millrace.gateway.submission;

import org.jspecify.annotations.NullMarked;
