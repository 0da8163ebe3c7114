/** Tests of the dashboard in a browser. */
@NullMarked
package dev.millrace.sink.dashboard;

import org.jspecify.annotations.NullMarked;
