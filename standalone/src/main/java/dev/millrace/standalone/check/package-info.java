/** Live calls that tell whether keys and models work, by the worker's own way to call. */
@NullMarked
package dev.millrace.standalone.check;

import org.jspecify.annotations.NullMarked;
