/** Tests of the publication of batches. */
@NullMarked
package dev.millrace.gateway.publish;

import org.jspecify.annotations.NullMarked;
