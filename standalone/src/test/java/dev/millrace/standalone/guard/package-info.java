/** Tests of guards and ramps in a pipeline whose new model does as a test says. */
@NullMarked
package dev.millrace.standalone.guard;

import org.jspecify.annotations.NullMarked;
