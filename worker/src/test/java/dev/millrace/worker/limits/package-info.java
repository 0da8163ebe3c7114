/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.limits;

import org.jspecify.annotations.NullMarked;
