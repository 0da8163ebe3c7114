/** Changes and descriptions of the gateway's API keys. Pure; the commands of keys use it. */
@NullMarked
package dev.millrace.standalone.key;

import org.jspecify.annotations.NullMarked;
