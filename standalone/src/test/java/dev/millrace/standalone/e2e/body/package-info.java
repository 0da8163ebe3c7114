/** Bodies of requests on their way through whole processes, started with the launcher. */
@NullMarked
package dev.millrace.standalone.e2e.body;

import org.jspecify.annotations.NullMarked;
