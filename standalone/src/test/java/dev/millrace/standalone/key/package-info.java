/** Tests of the changes and descriptions of API keys. */
@NullMarked
package dev.millrace.standalone.key;

import org.jspecify.annotations.NullMarked;
