/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.wire;

import org.jspecify.annotations.NullMarked;
