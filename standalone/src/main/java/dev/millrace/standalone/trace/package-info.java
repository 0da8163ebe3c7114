/** Where the commands meet traces: what follows the jobs of a process. Values only. */
@NullMarked
package dev.millrace.standalone.trace;

import org.jspecify.annotations.NullMarked;
