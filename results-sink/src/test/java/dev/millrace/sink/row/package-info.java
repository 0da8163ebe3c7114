/** Tests of stored values. */
@NullMarked
package dev.millrace.sink.row;

import org.jspecify.annotations.NullMarked;
