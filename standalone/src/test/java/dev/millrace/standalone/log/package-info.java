/** What the log looks like. */
@NullMarked
package dev.millrace.standalone.log;

import org.jspecify.annotations.NullMarked;
