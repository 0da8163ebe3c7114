/** Tests of what is kept of seen jobs. */
@NullMarked
package dev.millrace.router.seen;

import org.jspecify.annotations.NullMarked;
