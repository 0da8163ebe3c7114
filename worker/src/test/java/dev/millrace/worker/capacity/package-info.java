/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.capacity;

import org.jspecify.annotations.NullMarked;
