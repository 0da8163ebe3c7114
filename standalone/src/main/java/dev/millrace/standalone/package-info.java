/** An embedded broker and every service in one JVM; the command line. */
@NullMarked
package dev.millrace.standalone;

import org.jspecify.annotations.NullMarked;
