/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.contracts.config.provider;

import org.jspecify.annotations.NullMarked;
