/** Tests of the package of this name. */
@NullMarked
package dev.millrace.sink.partition;

import org.jspecify.annotations.NullMarked;
