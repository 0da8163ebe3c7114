/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.schedule;

import org.jspecify.annotations.NullMarked;
