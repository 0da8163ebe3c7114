/** Tests of seen jobs. */
@NullMarked
package dev.millrace.router.dedupe;

import org.jspecify.annotations.NullMarked;
