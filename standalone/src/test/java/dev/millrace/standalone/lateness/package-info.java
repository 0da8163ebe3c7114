/** Tests of estimated lateness. */
@NullMarked
package dev.millrace.standalone.lateness;

import org.jspecify.annotations.NullMarked;
