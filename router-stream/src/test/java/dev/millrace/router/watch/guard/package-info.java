/** Tests of guards, against plain reference computations. */
@NullMarked
package dev.millrace.router.watch.guard;

import org.jspecify.annotations.NullMarked;
