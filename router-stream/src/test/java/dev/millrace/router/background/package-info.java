/** Tests of the work beside the stream threads. */
@NullMarked
package dev.millrace.router.background;

import org.jspecify.annotations.NullMarked;
