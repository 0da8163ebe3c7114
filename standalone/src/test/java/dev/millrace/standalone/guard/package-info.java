/** Tests of guards and ramps with a broker and a router, and a worker that a test directs. */
@NullMarked
package dev.millrace.standalone.guard;

import org.jspecify.annotations.NullMarked;
