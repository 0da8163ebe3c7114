/** Tests of the data directory. */
@NullMarked
package dev.millrace.standalone.data;

import org.jspecify.annotations.NullMarked;
