/** The control topic on the embedded broker. */
@NullMarked
package dev.millrace.standalone.control;

import org.jspecify.annotations.NullMarked;
