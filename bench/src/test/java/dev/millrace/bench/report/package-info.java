/** Tests of the package of this name. */
@NullMarked
package dev.millrace.bench.report;

import org.jspecify.annotations.NullMarked;
