/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.quota.usage;

import org.jspecify.annotations.NullMarked;
