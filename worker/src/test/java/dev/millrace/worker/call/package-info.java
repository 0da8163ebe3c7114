/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.call;

import org.jspecify.annotations.NullMarked;
