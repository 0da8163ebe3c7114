/** Tests of jobs that clients submit without waiting for their answers. */
@NullMarked
package dev.millrace.gateway.async;

import org.jspecify.annotations.NullMarked;
