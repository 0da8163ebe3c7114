/** Tests of the package of this name. */
@NullMarked
package dev.millrace.sink.kafka;

import org.jspecify.annotations.NullMarked;
