/** Tests of the commands as a whole. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
