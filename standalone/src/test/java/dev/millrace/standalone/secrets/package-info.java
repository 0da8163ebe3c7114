/** Tests that no output of a pipeline contains a secret. */
@NullMarked
package dev.millrace.standalone.secrets;

import org.jspecify.annotations.NullMarked;
