/** Tests of the store of files. */
@NullMarked
package dev.millrace.gateway.repeat;

import org.jspecify.annotations.NullMarked;
