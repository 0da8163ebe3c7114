/** Tests of guards and ramps in a pipeline whose new model behaves as the test sets it. */
@NullMarked
package dev.millrace.standalone.guard;

import org.jspecify.annotations.NullMarked;
