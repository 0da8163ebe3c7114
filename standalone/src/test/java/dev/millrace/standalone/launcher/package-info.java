/** Tests of the launcher, the shell script at the root of the project. */
@NullMarked
package dev.millrace.standalone.launcher;

import org.jspecify.annotations.NullMarked;
