/** Tests that the shipped example files are what they are said to be. */
@NullMarked
package dev.millrace.contracts.examples;

import org.jspecify.annotations.NullMarked;
