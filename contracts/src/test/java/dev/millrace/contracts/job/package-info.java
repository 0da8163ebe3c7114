/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.contracts.job;

import org.jspecify.annotations.NullMarked;
