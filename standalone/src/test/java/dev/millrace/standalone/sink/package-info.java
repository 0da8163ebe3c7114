/** The sink on a real broker. */
@NullMarked
package dev.millrace.standalone.sink;

import org.jspecify.annotations.NullMarked;
