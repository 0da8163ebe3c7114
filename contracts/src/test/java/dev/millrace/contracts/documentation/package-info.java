/** Tests that the tables in the documentation match the code. */
@NullMarked
package dev.millrace.contracts.documentation;

import org.jspecify.annotations.NullMarked;
