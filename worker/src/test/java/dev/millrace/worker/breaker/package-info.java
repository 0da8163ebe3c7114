/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.breaker;

import org.jspecify.annotations.NullMarked;
