/** Tests of JSON as bytes. */
@NullMarked
package dev.millrace.contracts.json;

import org.jspecify.annotations.NullMarked;
