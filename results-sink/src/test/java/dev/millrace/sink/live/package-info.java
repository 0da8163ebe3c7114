/** Tests of the figures of the dashboard. */
@NullMarked
package dev.millrace.sink.live;

import org.jspecify.annotations.NullMarked;
