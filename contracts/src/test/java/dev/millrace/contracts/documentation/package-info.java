/** Tests that the tables of the documentation say what the code does. */
@NullMarked
package dev.millrace.contracts.documentation;

import org.jspecify.annotations.NullMarked;
