/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.answer;

import org.jspecify.annotations.NullMarked;
