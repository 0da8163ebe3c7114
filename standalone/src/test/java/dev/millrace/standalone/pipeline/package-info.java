/** Tests of starting the parts of a pipeline. */
@NullMarked
package dev.millrace.standalone.pipeline;

import org.jspecify.annotations.NullMarked;
