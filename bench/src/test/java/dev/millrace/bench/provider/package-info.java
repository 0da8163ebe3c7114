/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.provider;

import org.jspecify.annotations.NullMarked;
