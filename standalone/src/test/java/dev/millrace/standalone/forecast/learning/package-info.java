/** Tests of expected costs that learn from results. */
@NullMarked
package dev.millrace.standalone.forecast.learning;

import org.jspecify.annotations.NullMarked;
