/** Tests of the package of this name. */
@NullMarked
package dev.millrace.sink.store;

import org.jspecify.annotations.NullMarked;
