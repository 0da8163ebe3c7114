/** The engine that calls providers. */
@NullMarked
package dev.millrace.worker;

import org.jspecify.annotations.NullMarked;
