/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.outcome;

import org.jspecify.annotations.NullMarked;
