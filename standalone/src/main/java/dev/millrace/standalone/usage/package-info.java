/**
 * Connects the usage API of the gateway with a pipeline, and shows the backlog as metrics. The
 * threads of the web server read the pipeline's state; a separate thread reads the backlog.
 */
@NullMarked
package dev.millrace.standalone.usage;

import org.jspecify.annotations.NullMarked;
