/** Tests of the shipped example files. */
@NullMarked
package dev.millrace.contracts.examples;

import org.jspecify.annotations.NullMarked;
