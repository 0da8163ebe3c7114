/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.contracts.header;

import org.jspecify.annotations.NullMarked;
