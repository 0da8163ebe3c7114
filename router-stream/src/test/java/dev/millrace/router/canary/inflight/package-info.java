/** Tests of the in-flight limit of canaries. */
@NullMarked
package dev.millrace.router.canary.inflight;

import org.jspecify.annotations.NullMarked;
