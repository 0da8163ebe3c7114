/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.body;

import org.jspecify.annotations.NullMarked;
