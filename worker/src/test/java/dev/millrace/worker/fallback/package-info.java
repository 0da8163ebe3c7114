/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.fallback;

import org.jspecify.annotations.NullMarked;
