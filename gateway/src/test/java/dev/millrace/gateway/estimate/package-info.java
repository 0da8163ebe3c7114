/** Tests of estimates. */
@NullMarked
package dev.millrace.gateway.estimate;

import org.jspecify.annotations.NullMarked;
