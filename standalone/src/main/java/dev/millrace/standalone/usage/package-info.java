/**
 * Serves the usage API for a pipeline that runs in this process. The threads of the web server read
 * the pipeline's state.
 */
@NullMarked
package dev.millrace.standalone.usage;

import org.jspecify.annotations.NullMarked;
