/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.commit;

import org.jspecify.annotations.NullMarked;
