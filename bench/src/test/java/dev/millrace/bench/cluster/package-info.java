/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.cluster;

import org.jspecify.annotations.NullMarked;
