/** Tests of the check of input files. */
@NullMarked
package dev.millrace.gateway.publish.input;

import org.jspecify.annotations.NullMarked;
