/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.contender;

import org.jspecify.annotations.NullMarked;
