/** Tests of the bodies of calls. */
@NullMarked
package dev.millrace.worker.translate;

import org.jspecify.annotations.NullMarked;
