/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.loop;

import org.jspecify.annotations.NullMarked;
