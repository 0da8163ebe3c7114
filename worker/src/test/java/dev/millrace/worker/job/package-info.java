/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.job;

import org.jspecify.annotations.NullMarked;
