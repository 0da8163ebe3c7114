/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.dispatch;

import org.jspecify.annotations.NullMarked;
