/** The read gateway: sign-in, the user's page and the JSON under it. Each user sees their own data and nothing else. */
@NullMarked
package org.plantbuddy.web;

import org.jspecify.annotations.NullMarked;
