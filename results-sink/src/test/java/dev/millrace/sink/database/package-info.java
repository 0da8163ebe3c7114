/** Tests of the package of this name. */
@NullMarked
package dev.millrace.sink.database;

import org.jspecify.annotations.NullMarked;
